#include "http/curl_failure.h"

#include <utility>

#include <openssl/x509_vfy.h>

namespace strongroom::http {
namespace {

struct Meaning {
  Hop hop;
  LiteralText message;
};

LiteralText certificate_trouble(long verify_result) {
  switch (verify_result) {
    case X509_V_OK:  // the chain is good, so what is left is the name; libcurl 7.88 says
    case X509_V_ERR_UNSPECIFIED:  // "unspecified" while it compares that
      return "The certificate of the server is for another host name.";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "The certificate of the server has expired. Whoever runs the server must renew it.";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "The certificate of the server is not valid yet. One of the two clocks may be wrong.";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "The certificate of the server is not signed by a trusted CA. If its CA is a private "
             "one, it must be named as a trusted CA.";
    default:
      return "The certificate of the server could not be verified.";
  }
}

Meaning before_sending(CURLcode code, Progress progress, long verify_result) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Hop::kName, "The name could not be resolved."};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Hop::kTls, certificate_trouble(verify_result)};
    case CURLE_SSL_CACERT_BADFILE:
      return {Hop::kTls, "The trusted CA certificates could not be read."};
    case CURLE_OPERATION_TIMEDOUT:
      if (progress == Progress::kNotConnected) {
        return {Hop::kConnect, "The server did not accept a connection in time."};
      }
      return {Hop::kTls, "The server did not finish the TLS handshake in time."};
    case CURLE_OUT_OF_MEMORY:
      return {Hop::kLocal, "This machine has no memory left."};
    default:
      if (progress == Progress::kNotConnected) {
        return {Hop::kConnect, "The server could not be reached."};
      }
      return {Hop::kTls, "The TLS handshake with the server failed."};
  }
}

Meaning after_sending(CURLcode code) {
  switch (code) {
    case CURLE_SEND_ERROR:
      return {Hop::kSend, "The server closed the connection while the request was being sent."};
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return {Hop::kReceive, "The server closed the connection before its answer was complete."};
    case CURLE_BAD_CONTENT_ENCODING:
      return {Hop::kReceive, "The server's answer is compressed in a way that cannot be undone."};
    case CURLE_FILESIZE_EXCEEDED:
      return {Hop::kLimit, "The server's answer is larger than allowed."};
    case CURLE_OUT_OF_MEMORY:  // also what libcurl 7.88 says to a header line of 100 kB
      return {Hop::kLimit, "The server's answer is larger than this machine can take."};
    default:
      return {Hop::kReceive, "The server's answer is not well-formed HTTP."};
  }
}

}  // namespace

ExchangeFailure failure_of(CURLcode code, Progress progress, long verify_result,
                           std::string detail) {
  const bool sent = progress == Progress::kSent;
  const Meaning meaning =
      sent ? after_sending(code) : before_sending(code, progress, verify_result);
  return {meaning.hop, meaning.message, std::move(detail), sent};
}

}  // namespace strongroom::http
