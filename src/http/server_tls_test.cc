#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"
#include "http/tls_context.h"

namespace strongroom::http {
namespace {

std::string common_name(const RawClient& client) {
  X509* certificate = SSL_get1_peer_certificate(client.tls());
  char name[64] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  X509_free(certificate);
  return name;
}

TEST(ServerTls, SpeaksVersions12And13AndNoOlderOne) {
  RunningServer server(echo);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawClient client(server.port(), RawTls{.max_version = version, .alpn = {}});
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(SSL_version(client.tls()), version);
    EXPECT_EQ(client.exchange(get("/")).status, 200);
  }
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    EXPECT_FALSE(RawClient(server.port(), RawTls{.max_version = version, .alpn = {}}).connected());
  }
  EXPECT_EQ(RawClient(server.port()).exchange(get("/")).status, 0);  // plain HTTP
  EXPECT_EQ(server->counters().handshakes_failed, 3U);
  EXPECT_EQ(server->counters().requests, 2U);
}

TEST(ServerTls, AgreesOnHttp11AndOnNothingElse) {
  RunningServer server(echo);
  RawClient both(server.port(), RawTls{.alpn = "\x02h2\x08http/1.1"});
  ASSERT_TRUE(both.connected());
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(both.tls(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_FALSE(RawClient(server.port(), RawTls{.alpn = "\x02h2"}).connected());
}

TEST(ServerTls, LetsAClientComeBackWithATicket) {
  RunningServer server(echo);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawClient first(server.port(), RawTls{.max_version = version, .alpn = {}});
    ASSERT_EQ(first.exchange(get("/")).status, 200);  // the ticket of 1.3 comes with the answer
    SSL_SESSION* session = SSL_get1_session(first.tls());
    RawClient second(server.port(), RawTls{.max_version = version, .alpn = {}, .resume = session});
    ASSERT_TRUE(second.connected());
    EXPECT_EQ(SSL_session_reused(second.tls()), 1);
    EXPECT_EQ(second.exchange(get("/")).status, 200);
    SSL_SESSION_free(session);
  }
}

TEST(ServerTls, RefusesToNegotiateAgain) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{.max_version = TLS1_2_VERSION, .alpn = {}});
  ASSERT_EQ(client.exchange(get("/")).status, 200);
  SSL_renegotiate(client.tls());
  EXPECT_NE(SSL_do_handshake(client.tls()), 1);
}

TEST(ServerTls, GivesNewConnectionsTheCertificateThatWasReloaded) {
  RunningServer server(echo);
  RawClient old(server.port(), RawTls{});
  EXPECT_EQ(common_name(old), "server");
  const Result<WallTime> old_expiry = server->certificate_expiry();
  ASSERT_TRUE(old_expiry.has_value());

  const TlsFiles renewed = write_certificate(server.directory(), "renewed", 300);
  const auto overwrite = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(renewed.certificate_chain, server.directory() / "server.pem",
                             overwrite);
  // Half of a renewal is refused, and the old certificate stays.
  EXPECT_EQ(server->reload_certificate().error().code, Code::kInvalidArgument);
  EXPECT_EQ(common_name(RawClient(server.port(), RawTls{})), "server");
  EXPECT_EQ(server->certificate_expiry(), *old_expiry);

  std::filesystem::copy_file(renewed.private_key, server.directory() / "server.key", overwrite);
  ASSERT_TRUE(server->reload_certificate().has_value());
  EXPECT_EQ(common_name(RawClient(server.port(), RawTls{})), "renewed");
  EXPECT_GT(*server->certificate_expiry() - *old_expiry, std::chrono::hours(24 * 260));
  EXPECT_EQ(old.exchange(get("/")).status, 200);
}

TEST(ServerTls, ReloadsWhileClientsConnect) {
  RunningServer server(echo);
  std::thread reloading([&] {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(server->reload_certificate().has_value());
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(RawClient(server.port(), RawTls{}).exchange(get("/")).status, 200);
  }
  reloading.join();
}

TEST(ServerTls, EndsAHandshakeThatDoesNotGoOn) {
  ServerOptions options;
  options.limits.handshake_timeout = std::chrono::seconds(1);
  RunningServer server(echo, options);
  RawClient silent(server.port());
  EXPECT_TRUE(silent.is_closed_by_server());
  EXPECT_EQ(server->counters().handshakes_failed, 1U);
}

TEST(TlsContext, SaysWhatIsWrongWithTheFiles) {
  const TemporaryDirectory directory;
  const TlsFiles good = write_certificate(directory.path(), "good");
  const TlsFiles other = write_certificate(directory.path(), "other");
  const TlsFiles locked = write_certificate(directory.path(), "locked", 30, "a passphrase");
  const std::string garbage = (directory.path() / "garbage").string();
  std::ofstream(garbage) << "-----BEGIN CERTIFICATE-----\nnonsense\n";
  EXPECT_TRUE(TlsContext(good).load().has_value());
  for (const TlsFiles& bad :
       {TlsFiles{"/nonexistent", good.private_key},
        TlsFiles{good.certificate_chain, "/nonexistent"},
        TlsFiles{good.certificate_chain, other.private_key}, TlsFiles{garbage, good.private_key},
        TlsFiles{good.certificate_chain, garbage}, locked}) {
    const Status loaded = TlsContext(bad).load();
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().code, Code::kInvalidArgument);
  }
}

TEST(TlsContext, HasNothingToOfferBeforeItIsLoaded) {
  const TlsContext context(TlsFiles{});
  EXPECT_EQ(context.new_session(), nullptr);
  EXPECT_EQ(context.certificate_expiry().error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::http
