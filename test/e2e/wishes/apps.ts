/** A Dockerfile of a server with one page, and of what it does before it listens. */
export function serving(port: number, path: string, before = ''): string {
  return `FROM busybox
STOPSIGNAL SIGKILL
RUN mkdir /www && echo works >/www/${path}
CMD ["sh", "-c", "${before}exec httpd -f -p ${port} -h /www"]
`
}

/** One of a process that stays up, and listens on nothing. */
export const worker = `FROM busybox
STOPSIGNAL SIGKILL
CMD ["sh", "-c", "echo working; while true; do sleep 1; done"]
`
