#include "vault/client_certificates.h"

#include <map>
#include <utility>

#include <boost/json.hpp>

#include "base/base64.h"
#include "crypto/encoding.h"
#include "crypto/jwk.h"
#include "crypto/testing/test_certificates.h"
#include "vault/client_keys.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

using crypto::make_certificate;
using crypto::NewKey;
using crypto::PrivateKey;

constexpr WallTime kStart = FakeClock::kStart;
constexpr std::chrono::hours kDay{24};

const PrivateKey& rsa() {
  static const PrivateKey key = *PrivateKey::generate(NewKey::kRsa2048);
  return key;
}
const PrivateKey& other_rsa() {
  static const PrivateKey key = *PrivateKey::generate(NewKey::kRsa2048);
  return key;
}
std::string file_of(const PrivateKey& key) {
  const crypto::PrivateKeyDer der = key.der();
  return base64(der.reveal());
}

NewClientCertificate pair_of(const std::string& certificate, const PrivateKey& key) {
  NewClientCertificate made;
  made.certificate = certificate;
  made.private_key = ClientKeyFile(file_of(key));
  return made;
}
NewClientCertificate alone(const std::string& certificate) {
  NewClientCertificate made;
  made.certificate = certificate;
  return made;
}
NewClientCertificate kept(const Uuid& id) {
  NewClientCertificate made;
  made.keep = id;
  return made;
}
template <class... Each>
std::vector<NewClientCertificate> all(Each... each) {
  std::vector<NewClientCertificate> list;
  (list.push_back(std::move(each)), ...);
  return list;
}

class ClientCertificatesTest : public VaultWorld {
 protected:
  static TargetSystemFields fields_with(const std::string& name,
                                        std::vector<NewClientCertificate> certificates) {
    TargetSystemFields fields;
    fields.name = name;
    fields.service_provider = "microsoft";
    fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
    fields.consumer_key = "11111111-2222-4333-8444-555555555555";
    fields.default_tenant = "contoso.example";
    fields.scopes = std::vector<std::string>{"https://graph.microsoft.com/.default"};
    fields.client_certificates = std::move(certificates);
    return fields;
  }
  TargetSystem system_with(const std::string& name,
                           std::vector<NewClientCertificate> certificates) {
    auto made = systems().create(admin_, fields_with(name, std::move(certificates)));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  std::string refusal(std::vector<NewClientCertificate> certificates) {
    return answer_of(systems().create(admin_, fields_with("refused", std::move(certificates))));
  }
  Result<TargetSystem> change(const TargetSystem& system, TargetSystemFields fields) {
    return systems().update(admin_, system.id, systems().get(admin_, system.id)->stamps.revision,
                            fields);
  }
  Result<TargetSystem> change(const TargetSystem& system,
                              std::vector<NewClientCertificate> certificates) {
    TargetSystemFields fields;
    fields.client_certificates = std::move(certificates);
    return change(system, std::move(fields));
  }
  OAuthClientId client_of(const TargetSystem& system) {
    return client(project("Project of " + system.name), system.id, "nightly").id;
  }

  // The one client key of `id`.
  PrivateKey stored_key(TargetSystemId id) {
    auto key =
        storage::read<PrivateKey>(*store_, [&](storage::Snapshot& snapshot) -> Result<PrivateKey> {
          STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, id.uuid));
          STRONGROOM_TRY(const auto rows, storage::consumer_secrets_of(snapshot, id.uuid));
          const auto found =
              std::ranges::find(rows, storage::kKeyKind, &storage::ConsumerSecretRow::kind);
          return open_client_key(sealer_, *row, *found);
        });
    EXPECT_TRUE(key.has_value()) << answer_of(key);
    return *std::move(key);
  }

  // The header of the assertion in each request, as JSON.
  std::vector<boost::json::object> headers(OAuthClientId id) {
    std::vector<boost::json::object> found;
    const auto made = build_token_requests(*context_, {id});
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    if (!made) return found;
    for (const oauth::TokenRequest& request : made->requests) {
      constexpr std::string_view kName = "client_assertion=";
      const std::string body(request.message.body.reveal());
      const std::size_t at = body.find(kName) + kName.size();
      const std::string header = body.substr(at, body.find('.', at) - at);
      found.push_back(boost::json::parse(*crypto::base64url_decode(header)).as_object());
    }
    return found;
  }
};

TEST_F(ClientCertificatesTest, ACertificateIsShownWithoutItsKeyAndSignsByItsThumbprint) {
  //
  const std::string certificate = make_certificate({.key = rsa(), .name = "robot"});
  const TargetSystem made = system_with("Mail", all(pair_of(certificate, rsa())));
  ASSERT_EQ(made.client_certificates.size(), 1U);
  const ClientCertificateInfo& shown = made.client_certificates[0];
  const auto parsed = crypto::ClientCertificate::parse(certificate);
  EXPECT_EQ(shown.subject, "CN=robot");
  EXPECT_EQ(shown.x5t_s256, parsed->x5t_s256());
  EXPECT_EQ(shown.key_type, "RSA 2048");
  EXPECT_EQ(shown.not_before, parsed->not_before());
  EXPECT_EQ(shown.not_after, parsed->not_after());
  const auto sent = headers(client_of(made));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].at("alg"), "PS256");
  EXPECT_EQ(sent[0].at("typ"), "JWT");
  EXPECT_EQ(sent[0].at("x5t#S256").as_string(), parsed->x5t_s256());
  EXPECT_EQ(sent[0].size(), 3U);
  EXPECT_EQ(*systems().certificate(admin_, made.id, {}), certificate);
}

TEST_F(ClientCertificatesTest, WhatIsRegisteredIsTheCertificateWithoutItsIssuers) {
  const std::string issuer = make_certificate(
      {.key = other_rsa(), .name = "CA", .extensions = {{"basicConstraints", "critical,CA:TRUE"}}});
  const std::string own =
      make_certificate({.key = rsa(), .issuer_key = &other_rsa(), .issuer_name = "CA"});
  const TargetSystem made = system_with("Mail", all(pair_of(own + issuer, rsa())));
  EXPECT_EQ(*systems().certificate(admin_, made.id, {}), own);
  EXPECT_EQ(answer_of(systems().certificate(admin_, made.id, Uuid{})), "not found");
}

TEST_F(ClientCertificatesTest, EveryWayInGivesTheSame) {
  const std::string certificate = make_certificate({.key = rsa()});
  NewClientCertificate container;
  container.pkcs12 = Pkcs12File(base64(crypto::make_pkcs12({&rsa()}, {certificate}, "hunter2")));
  container.password = crypto::KeyPassword("hunter2");
  const std::string body = certificate.substr(certificate.find('\n') + 1);
  const std::string der_in_base64 = body.substr(0, body.find("-----END"));
  const std::string thumbprint = crypto::ClientCertificate::parse(certificate)->x5t_s256();
  const auto expect_stored = [&](const std::string& way, NewClientCertificate given) {
    const TargetSystem made = system_with(way, all(std::move(given)));
    ASSERT_EQ(made.client_certificates.size(), 1U) << way;
    EXPECT_EQ(made.client_certificates[0].x5t_s256, thumbprint) << way;
  };
  expect_stored("PKCS#12", std::move(container));
  expect_stored("DER", pair_of(der_in_base64, rsa()));
}

TEST_F(ClientCertificatesTest, WhatCannotBeUsedIsRefusedWhereItStands) {
  const PrivateKey small = *PrivateKey::generate(NewKey::kP256);
  const std::string good = make_certificate({.key = rsa()});
  const std::string expired =
      make_certificate({.key = rsa(), .from = kStart - 2 * kDay, .until = kStart - kDay});
  const std::string future =
      make_certificate({.key = rsa(), .from = kStart + kDay, .until = kStart + 9 * kDay});
  const std::string encipher =
      make_certificate({.key = rsa(), .extensions = {{"keyUsage", "keyEncipherment"}}});
  const std::string at_certificate = "invalid at /client_certificates/0/certificate";
  EXPECT_EQ(refusal(all(pair_of(good, other_rsa()))), at_certificate);
  EXPECT_EQ(refusal(all(pair_of(expired, rsa()))), at_certificate);
  EXPECT_EQ(refusal(all(pair_of(future, rsa()))), at_certificate);
  EXPECT_EQ(refusal(all(pair_of(encipher, rsa()))), at_certificate);
  EXPECT_EQ(refusal(all(pair_of(make_certificate({.key = small}), small))), at_certificate);
  EXPECT_EQ(refusal(all(pair_of("garbage", rsa()))), at_certificate);
  EXPECT_EQ(refusal(all(alone(good))), at_certificate);
  EXPECT_EQ(refusal(all(NewClientCertificate{})), at_certificate);
  EXPECT_EQ(refusal(all(kept(Uuid{}))), "invalid at /client_certificates/0/id");
  EXPECT_EQ(refusal(all(pair_of(good, rsa()), pair_of(good, rsa()))),
            "invalid at /client_certificates/1/certificate");
  EXPECT_EQ(refusal(all(pair_of(good, rsa()), pair_of(good, rsa()), pair_of(good, rsa()))),
            "invalid at /client_certificates");
  NewClientCertificate wrong_key = alone(good);
  wrong_key.private_key = ClientKeyFile("garbage");
  EXPECT_EQ(refusal(all(std::move(wrong_key))), "invalid at /client_certificates/0/private_key");
  NewClientCertificate both = pair_of(good, rsa());
  both.pkcs12 = Pkcs12File("AAAA");
  EXPECT_EQ(refusal(all(std::move(both))), at_certificate);
}

TEST_F(ClientCertificatesTest, APkcs12FileIsRefusedWhereItStands) {
  const std::string good = make_certificate({.key = rsa()});
  const auto refusal_of = [&](const std::vector<const PrivateKey*>& keys, const char* password) {
    NewClientCertificate given;
    given.pkcs12 = Pkcs12File(base64(crypto::make_pkcs12(keys, {good}, "hunter2")));
    given.password = crypto::KeyPassword(password);
    return refusal(all(std::move(given)));
  };
  const std::string at_file = "invalid at /client_certificates/0/pkcs12";
  EXPECT_EQ(refusal_of({&rsa()}, "wrong"), at_file);
  EXPECT_EQ(refusal_of({&rsa()}, ""), at_file);
  const PrivateKey third = *PrivateKey::generate(NewKey::kP256);
  EXPECT_EQ(refusal_of({&rsa(), &other_rsa(), &third}, "hunter2"), at_file);
}

TEST_F(ClientCertificatesTest, TheNextOneWaitsUntilItIsValidAndThenBothAreTried) {
  const std::string current =
      make_certificate({.key = rsa(), .name = "current", .until = kStart + 9 * kDay});
  const std::string next = make_certificate(
      {.key = other_rsa(), .name = "next", .from = kStart + 7 * kDay, .until = kStart + 99 * kDay});
  const TargetSystem first = system_with("Mail", all(pair_of(current, rsa())));
  const auto staged =
      change(first, all(kept(first.client_certificates[0].id), pair_of(next, other_rsa())));
  ASSERT_TRUE(staged.has_value()) << answer_of(staged);
  ASSERT_EQ(staged->client_certificates.size(), 2U);
  EXPECT_EQ(staged->client_certificates[0].id, first.client_certificates[0].id);
  const std::string current_thumbprint = staged->client_certificates[0].x5t_s256;
  const std::string next_thumbprint = staged->client_certificates[1].x5t_s256;
  const OAuthClientId id = client_of(*staged);
  const auto sent = [&] {
    std::vector<std::string> thumbprints;
    for (const auto& header : headers(id)) {
      thumbprints.emplace_back(header.at("x5t#S256").as_string());
    }
    return thumbprints;
  };
  EXPECT_EQ(sent(), std::vector{current_thumbprint});
  clock_.advance(8 * kDay);
  EXPECT_EQ(sent(), (std::vector{current_thumbprint, next_thumbprint}));
  clock_.advance(8 * kDay);
  EXPECT_EQ(sent(), std::vector{next_thumbprint});
  clock_.advance(99 * kDay);
  EXPECT_EQ(answer_of(build_token_requests(*context_, {id})), "client_certificate_expired");
  // What the row shows of its dates may have been changed by somebody who can write to it.
  tamper("UPDATE consumer_secrets SET expires_on = NULL");
  EXPECT_EQ(answer_of(build_token_requests(*context_, {id})), "conflict at /client_certificates");
}

TEST_F(ClientCertificatesTest, WithoutOneNothingIsSent) {
  const TargetSystem none = system_with("Mail", {});
  EXPECT_EQ(answer_of(build_token_requests(*context_, {client_of(none)})), "no_client_certificate");
}

TEST_F(ClientCertificatesTest, AKeyThatWasMadeHereGetsTheCertificateThatWasIssuedForIt) {
  const TargetSystem current =
      system_with("Mail", all(pair_of(make_certificate({.key = rsa()}), rsa())));
  TargetSystemFields fields;
  fields.client_certificates = all(kept(current.client_certificates[0].id));
  fields.client_keys.emplace().emplace_back().generate = NewKey::kRsa2048;
  const auto prepared = change(current, std::move(fields));
  ASSERT_TRUE(prepared.has_value()) << answer_of(prepared);
  ASSERT_EQ(prepared->client_keys.size(), 1U);
  const std::string key_id = prepared->client_keys[0].key_id;

  EXPECT_EQ(answer_of(systems().certificate_request(admin_, current.id, {}, "robot")),
            "invalid at kid");
  EXPECT_EQ(answer_of(systems().certificate_request(admin_, current.id, key_id, "")),
            "invalid at common_name");
  EXPECT_EQ(answer_of(systems().certificate_request(with({Permission::kView}), current.id, key_id,
                                                    "robot")),
            "denied");
  const auto request = systems().certificate_request(admin_, current.id, key_id, "robot");
  ASSERT_TRUE(request.has_value()) << answer_of(request);
  EXPECT_TRUE(request->starts_with("-----BEGIN CERTIFICATE REQUEST-----"));

  const std::string issued = make_certificate({.key = stored_key(current.id), .name = "issued"});
  const auto done = change(current, all(kept(current.client_certificates[0].id), alone(issued)));
  ASSERT_TRUE(done.has_value()) << answer_of(done);
  EXPECT_TRUE(done->client_keys.empty());
  ASSERT_EQ(done->client_certificates.size(), 2U);
  EXPECT_EQ(done->client_certificates[1].key_id, key_id);
  EXPECT_EQ(headers(client_of(*done)).size(), 2U);
}

TEST_F(ClientCertificatesTest, ARenewedCertificateOfTheSameKeyComesAlone) {
  const std::string old = make_certificate({.key = rsa(), .name = "old"});
  const TargetSystem made = system_with("Mail", all(pair_of(old, rsa())));
  const auto renewed = change(made, all(alone(make_certificate({.key = rsa(), .name = "new"}))));
  ASSERT_TRUE(renewed.has_value()) << answer_of(renewed);
  EXPECT_EQ(renewed->client_certificates[0].subject, "CN=new");
}

TEST_F(ClientCertificatesTest, WhatIsStoredIsNotTakenToAnotherDestination) {
  const TargetSystem made =
      system_with("Mail", all(pair_of(make_certificate({.key = rsa()}), rsa())));
  const Uuid id = made.client_certificates[0].id;
  TargetSystemFields moved;
  moved.endpoint_parameters =
      std::map<std::string, std::string>{{"cloud", "login.microsoftonline.us"}};
  moved.client_certificates = all(kept(id));
  EXPECT_EQ(answer_of(change(made, std::move(moved))), "invalid at /client_certificates/0/id");
  TargetSystemFields alone_there;
  alone_there.endpoint_parameters =
      std::map<std::string, std::string>{{"cloud", "login.microsoftonline.us"}};
  alone_there.client_certificates = all(alone(make_certificate({.key = rsa(), .name = "new"})));
  EXPECT_EQ(answer_of(change(made, std::move(alone_there))),
            "invalid at /client_certificates/0/certificate");

  TargetSystemFields held;
  held.endpoint_parameters =
      std::map<std::string, std::string>{{"cloud", "login.microsoftonline.us"}};
  const auto stopped = change(made, std::move(held));
  ASSERT_TRUE(stopped.has_value());
  EXPECT_TRUE(stopped->destination_held);
  EXPECT_EQ(answer_of(change(made, all(kept(id)))), "invalid at /client_certificates/0/id");
  ASSERT_TRUE(systems().approve_destination(admin_, made.id, stopped->stamps.revision));
  EXPECT_EQ(headers(client_of(made)).size(), 1U);
}

TEST_F(ClientCertificatesTest, AKeyIsForOneAuthorizationServerAlsoWithAnotherCertificate) {
  //
  system_with("Mail", all(pair_of(make_certificate({.key = rsa()}), rsa())));
  TargetSystemFields elsewhere =
      fields_with("Elsewhere", all(pair_of(make_certificate({.key = rsa(), .name = "b"}), rsa())));
  elsewhere.endpoint_parameters =
      std::map<std::string, std::string>{{"cloud", "login.microsoftonline.us"}};
  EXPECT_EQ(answer_of(systems().create(admin_, elsewhere)),
            "client_key_in_use at /client_certificates");
}

TEST_F(ClientCertificatesTest, ACertificateSignsAsAPlainKeyWhereNoneIsAskedFor) {
  TargetSystemFields fields = system_fields("CRM");
  fields.consumer_secrets.reset();
  fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
  fields.client_certificates = all(pair_of(make_certificate({.key = rsa()}), rsa()));
  const auto made = systems().create(admin_, fields);
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  const auto sent = headers(client_of(*made));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].at("kid").as_string(), crypto::jwk_thumbprint(rsa()));
  EXPECT_FALSE(sent[0].contains("x5t#S256"));
  EXPECT_NE(systems().jwks(admin_, made->id)->find(crypto::jwk_thumbprint(rsa())),
            std::string::npos);
}

TEST_F(ClientCertificatesTest, OneIsNotPutInAnothersPlaceInTheDatabase) {
  const TargetSystem made =
      system_with("Mail", all(pair_of(make_certificate({.key = rsa(), .name = "a"}), rsa()),
                              pair_of(make_certificate({.key = rsa(), .name = "b"}), rsa())));
  const OAuthClientId id = client_of(made);
  tamper(
      "UPDATE consumer_secrets SET sealed_value = (SELECT sealed_value FROM consumer_secrets "
      "WHERE kind = 'certificate' AND position = 1) WHERE kind = 'certificate'");
  EXPECT_EQ(answer_of(build_token_requests(*context_, {id})), "corrupt");
}

}  // namespace
}  // namespace strongroom::vault
