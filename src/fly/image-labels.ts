/** Labels of an image, which Fly shows with the machines that run it. */
export const revisionLabel = 'org.opencontainers.image.revision'

/** Hex digest of all that the image was built from, as flyops knows it; two images with the same one hold the same. */
export const inputsLabel = 'flyops.inputs'
