// The words of one part of the console; read when it is.
export const trust = {
  title: 'Trust in the server’s certificate',
  own: 'This server’s certificate was made by a CA of its own, which no machine knows yet. Download that CA’s certificate and put it on each machine that '
    + 'robots run on, as strongroom-ca.crt. It is no secret: nobody can pose as the server with it.',
  fromElsewhere: 'This server’s certificate was put there by who runs it. Where it is of a public CA, robots trust it already; where it is of your '
    + 'organisation’s CA, ask who runs this server for that CA’s certificate. With a public CA, leave out what names a CA file.',
  download: 'Download CA certificate',
} as const;
