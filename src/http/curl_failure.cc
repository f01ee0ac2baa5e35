#include "http/curl_failure.h"

#include <utility>

#include <openssl/x509_vfy.h>

namespace strongroom::http {
namespace {

struct Meaning {
  Hop hop;
  LiteralText message;
  Fault fault = Fault::kOther;
};

bool is_of_unknown_ca(long verify_result) {
  switch (verify_result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return true;
    default:
      return false;
  }
}

LiteralText certificate_trouble(long verify_result) {
  switch (verify_result) {
    case X509_V_OK:  // the chain is good, so what is left is the name; libcurl 7.88 says
    case X509_V_ERR_UNSPECIFIED:  // "unspecified" while it compares that
      return "The certificate of the server is for another host name.";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "The certificate of the server has expired. Whoever runs the server must renew it.";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "The certificate of the server is not valid yet. One of the two clocks may be wrong.";
    default:
      if (is_of_unknown_ca(verify_result)) {
        return "The certificate of the server is not signed by a trusted CA. If its CA is a "
               "private one, it must be named as a trusted CA.";
      }
      return "The certificate of the server could not be verified.";
  }
}

Fault certificate_fault(long verify_result) {
  switch (verify_result) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
      return Fault::kOtherName;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Fault::kExpired;
    default:
      return is_of_unknown_ca(verify_result) ? Fault::kUntrustedChain : Fault::kOther;
  }
}

Fault fault_of_proxy(long connect_status) {
  switch (connect_status) {
    case 401:
    case 407:
      return Fault::kProxyAuthentication;
    default:
      return connect_status / 100 == 4 ? Fault::kProxyRefusal : Fault::kOther;
  }
}

LiteralText refusal_of_proxy(long status) {
  switch (status) {
    case 401:  // tinyproxy's word for a wrong password
    case 407:
      return "The proxy asks for a user name and password, or does not accept those that it was "
             "given. Whoever configured the proxy must correct its credentials.";
    case 502:
    case 503:
    case 504:
      return "The proxy says that it cannot reach the server. Whoever runs the proxy must find out "
             "why.";
    default:
      return "The proxy refuses to connect to this server. Whoever runs the proxy must allow it.";
  }
}

// Of an exchange that came no further than the proxy.
LiteralText trouble_at_proxy(const CurlOutcome& outcome) {
  const bool refused = outcome.connect_status != 0 && outcome.connect_status / 100 != 2;
  if (refused) return refusal_of_proxy(outcome.connect_status);
  switch (outcome.code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "The name of the proxy could not be resolved.";
    case CURLE_COULDNT_CONNECT:
      return "The proxy could not be reached. Whoever configured the proxy must check its address, "
             "and that it runs.";
    case CURLE_OPERATION_TIMEDOUT:
      return "The proxy did not answer in time.";
    case CURLE_SSL_CACERT_BADFILE:
      return "The CA certificates that are trusted for the proxy could not be read.";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "The certificate of the proxy is not one to be trusted: not of a trusted CA, expired, "
             "or for another host name.";
    case CURLE_SSL_CONNECT_ERROR:
      return "The TLS handshake with the proxy failed.";
    default:
      return "The proxy closed the connection, or answered with something that is not HTTP. "
             "Whoever runs the proxy must find out why.";
  }
}

Meaning before_sending(const CurlOutcome& outcome) {
  const Progress progress = outcome.progress;
  switch (outcome.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Hop::kName, "The name could not be resolved."};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Hop::kTls, certificate_trouble(outcome.verify_result),
              certificate_fault(outcome.verify_result)};
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

// Between the proxy's word that it had connected and the end of the handshake with the server.
Meaning behind_proxy(const CurlOutcome& outcome) {
  switch (outcome.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      if (!is_of_unknown_ca(outcome.verify_result)) return before_sending(outcome);
      return {Hop::kTls,
              "The certificate that came through the proxy is not signed by a trusted CA. If the "
              "server's CA is a private one, or the proxy opens TLS and signs by its own, that CA "
              "must be named as a trusted one.",
              Fault::kUntrustedChain};
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OUT_OF_MEMORY:
      return before_sending(outcome);
    case CURLE_OPERATION_TIMEDOUT:
      return {
          Hop::kProxy,
          "The proxy said that it had connected, and then no TLS handshake came about in time."};
    default:
      return {Hop::kProxy,
              "The proxy said that it had connected, and what then came was no TLS handshake of "
              "the server. Whoever runs the proxy must find out what it did."};
  }
}

Meaning meaning_of(const CurlOutcome& outcome) {
  if (outcome.progress == Progress::kSent) return after_sending(outcome.code);
  if (!outcome.by_proxy) return before_sending(outcome);
  if (outcome.progress == Progress::kConnected) return behind_proxy(outcome);
  return {Hop::kProxy, trouble_at_proxy(outcome), fault_of_proxy(outcome.connect_status)};
}

}  // namespace

ExchangeFailure failure_of(const CurlOutcome& outcome, std::string detail) {
  const Meaning meaning = meaning_of(outcome);
  return {meaning.hop, meaning.message, std::move(detail), outcome.progress == Progress::kSent,
          meaning.fault};
}

}  // namespace strongroom::http
