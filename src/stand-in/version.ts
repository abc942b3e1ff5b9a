/** The flyctl release whose behaviour is stood in for, said to be no flyctl. */
export const standInVersion = '2026.8.21-flyops-sandbox'
