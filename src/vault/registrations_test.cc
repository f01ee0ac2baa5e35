#include "vault/registrations.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "oauth/testing/scripted_registrar.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

constexpr char kCallback[] = "https://vault.example/OAuthCallback/";

class RegistrationsTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    systems_ = std::make_unique<TargetSystems>(*context_, &server_.discovery());
    registrations_ = std::make_unique<Registrations>(*context_, *systems_, server_.tokens(),
                                                     [this] { return public_url_; });
  }

  // A target system without a consumer key, for which people sign in at https://id.example.
  TargetSystem made(const std::string& more = "", const std::string& name = "CRM") {
    server_.answers(200,
                    R"({"issuer":"https://id.example","token_endpoint":"https://id.example/token",
          "authorization_endpoint":"https://id.example/auth",
          "registration_endpoint":"https://id.example/reg",
          "code_challenge_methods_supported":["S256"])" +
                        more + "}");
    TargetSystemFields fields = system_fields(name);
    fields.service_provider = "issuer";
    fields.grant = GrantFlow::kAuthorizationCode;
    fields.consumer_key = "";
    fields.consumer_secrets.reset();
    fields.endpoint_parameters = {{{"issuer", "https://id.example"}}};
    auto system = systems_->create(admin_, fields);
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    return system ? *std::move(system) : TargetSystem{};
  }
  TargetSystem read(TargetSystemId id) { return *systems_->get(admin_, id); }

  static json::array callbacks(TargetSystemId id) { return {json::string(kCallback + id.text())}; }
  // The answer of an honest server, with `change` made to it.
  template <class Change>
  void registers(TargetSystemId id, Change change, int status = 201) {
    json::object answer{{"client_id", "given-1"},
                        {"client_secret", "given-secret"},
                        {"client_secret_expires_at", 0},
                        {"redirect_uris", callbacks(id)},
                        {"grant_types", json::array{"authorization_code", "refresh_token"}},
                        {"token_endpoint_auth_method", "client_secret_basic"},
                        {"registration_access_token", "manage-1"},
                        {"registration_client_uri", "https://id.example/reg/given-1"}};
    change(answer);
    server_.answers(status, json::serialize(answer));
  }
  void registers(TargetSystemId id) {
    registers(id, [](json::object&) {});
  }
  std::string enroll(TargetSystemId id, Registrations::Wish wish = {}) {
    return answer_of(registrations_->enroll(admin_, id, std::move(wish)));
  }
  Registration found(TargetSystemId id) {
    const auto got = registrations_->get(admin_, id);
    EXPECT_TRUE(got.has_value() && got->has_value()) << answer_of(got);
    return got && *got ? **got : Registration{};
  }
  std::int64_t in_seconds(Milliseconds from_now) {
    return std::chrono::duration_cast<Seconds>((clock_.now() + from_now).time_since_epoch())
        .count();
  }
  // The body and header of the request that exchanges a code of a client of `system`.
  std::string code_request(const OAuthClient& client) {
    const auto verifier = oauth::CodeVerifier::generate(random_);
    const oauth::AuthorizationCode code("the-code");
    const auto plan = build_code_requests(
        *context_, client.id,
        {.code = code, .redirect_uri = kCallback, .verifier = &verifier, .tenant = {}});
    if (!plan) return answer_of(plan);
    const auto& message = plan->requests.front().message;
    return std::string(message.body.reveal()) +
           (message.secret_header ? " with a secret header" : "");
  }

  oauth::ScriptedRegistrar server_{clock_};
  std::string public_url_ = "https://vault.example";
  std::unique_ptr<TargetSystems> systems_;
  std::unique_ptr<Registrations> registrations_;
};

TEST_F(RegistrationsTest, GiveATargetSystemItsConsumerKeyAndSecret) {
  // A-200, A-204
  const TargetSystem system = made();
  EXPECT_EQ(system.missing, (std::vector<std::string>{"consumer_key", "consumer_secret"}));
  registers(system.id);
  EXPECT_EQ(enroll(system.id, {.initial_access_token = oauth::InitialAccessToken("initial")}),
            "ok");
  EXPECT_EQ(server_.line(1), "POST https://id.example/reg");
  EXPECT_EQ(server_.credential(1), "Authorization: Bearer initial");
  const json::object body = json::parse(server_.body(1)).as_object();
  EXPECT_EQ(body.at("redirect_uris"), callbacks(system.id));
  EXPECT_EQ(body.at("application_type"), "web");
  const TargetSystem after = read(system.id);
  EXPECT_TRUE(after.missing.empty());
  EXPECT_EQ(after.consumer_key, "given-1");
  EXPECT_EQ(after.consumer_secrets.size(), 1U);
  EXPECT_EQ(after.client_authentication, ClientAuthentication::kBasic);
  const Registration registration = found(system.id);
  EXPECT_TRUE(registration.is_in_use && registration.is_managed);
  EXPECT_EQ(registration.issuer, "https://id.example");
  EXPECT_EQ(actions(1), std::vector<std::string>{"target_system.secrets_replaced"});
}

TEST_F(RegistrationsTest, LeaveAloneWhatIsRegisteredAlready) {
  // A-206
  const TargetSystem system = made();
  registers(system.id);
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_EQ(enroll(system.id), "has_consumer_key");
  EXPECT_EQ(server_.requests(), 2U);
  registers(system.id, [](json::object& answer) {
    answer["client_id"] = "given-2";
    answer["registration_client_uri"] = "https://id.example/reg/given-2";
  });
  server_.answers(204, "");
  EXPECT_EQ(enroll(system.id, {.replace = true}), "ok");
  EXPECT_EQ(read(system.id).consumer_key, "given-2");
  EXPECT_EQ(server_.line(3), "DELETE https://id.example/reg/given-1")
      << "the former one is taken back";
  EXPECT_EQ(server_.credential(3), "Authorization: Bearer manage-1");
}

TEST_F(RegistrationsTest, TakeBackWhatIsNotWhatTheyAskedFor) {
  // A-201
  const TargetSystem system = made();
  registers(system.id, [](json::object& answer) {
    answer["redirect_uris"] = json::array{"https://evil.example/"};
  });
  server_.answers(204, "");
  EXPECT_EQ(enroll(system.id), "registration_unacceptable");
  EXPECT_EQ(server_.line(2), "DELETE https://id.example/reg/given-1");
  registers(system.id, [](json::object& answer) { answer["token_endpoint_auth_method"] = "none"; });
  server_.answers(204, "");
  EXPECT_EQ(enroll(system.id), "registration_unacceptable");
  registers(system.id, [](json::object& answer) {
    answer["client_secret"] =
        "a\x01"
        "b";
  });
  server_.answers(204, "");
  EXPECT_EQ(enroll(system.id), "registration_unacceptable");
  server_.sends_elsewhere();
  EXPECT_NE(enroll(system.id), "ok");
  EXPECT_EQ(server_.requests(), 8U) << "nobody was followed";
  EXPECT_EQ(read(system.id).consumer_key, "");
  EXPECT_EQ(*registrations_->get(admin_, system.id), std::nullopt);
}

TEST_F(RegistrationsTest, TakeBackWhatCannotBeStored) {
  // A-201
  const TargetSystem system = made();
  registers(system.id);
  server_.answers(204, "");
  faults_->fail_call(3, storage::FaultStore::Kind::kBefore);
  EXPECT_NE(enroll(system.id), "ok");
  EXPECT_TRUE(faults_->has_failed());
  faults_->fail_call(0);
  EXPECT_EQ(server_.line(server_.requests() - 1), "DELETE https://id.example/reg/given-1");
  EXPECT_EQ(read(system.id).consumer_key, "");
}

TEST_F(RegistrationsTest, GoToNoServerThatNobodyApproved) {
  // A-069, A-200
  TargetSystem system = made();
  TargetSystemFields fields;
  fields.endpoint_parameters = {{{"issuer", "https://other.example"}}};
  registers(system.id);
  ASSERT_EQ(enroll(system.id), "ok");
  system = read(system.id);
  server_.answers(200, R"({"issuer":"https://other.example",
      "token_endpoint":"https://other.example/token",
      "authorization_endpoint":"https://other.example/auth",
      "registration_endpoint":"https://other.example/reg"})");
  EXPECT_EQ(answer_of(systems_->update(admin_, system.id, system.stamps.revision, fields)),
            "registered_elsewhere at /endpoint_parameters/issuer");
  EXPECT_EQ(read(system.id).endpoint_parameters, system.endpoint_parameters);
}

TEST_F(RegistrationsTest, AreNobodyElses) {
  // A-003, A-204
  const TargetSystem system = made();
  registers(system.id);
  ASSERT_EQ(enroll(system.id), "ok");
  const TargetSystem other = made("", "Mail");
  TargetSystemFields fields;
  fields.consumer_key = "given-1";
  EXPECT_EQ(answer_of(systems_->update(admin_, other.id, other.stamps.revision, fields)),
            "registration_in_use at /consumer_key");
  registers(other.id);
  server_.answers(204, "");
  EXPECT_EQ(enroll(other.id), "registration_in_use at /consumer_key")
      << "a server that gives one id twice";
}

TEST_F(RegistrationsTest, RenewASecretBeforeItExpires) {
  // A-202
  const TargetSystem system = made();
  const std::int64_t first = in_seconds(std::chrono::hours(30 * 24));
  registers(system.id, [&](json::object& answer) { answer["client_secret_expires_at"] = first; });
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_EQ(read(system.id).consumer_secrets.front().expires_on, WallTime(Seconds(first)));
  registrations_->renew_due(4);
  EXPECT_EQ(server_.requests(), 2U) << "there is time";
  clock_.advance(std::chrono::hours(21 * 24));
  const std::int64_t second = in_seconds(std::chrono::hours(30 * 24));
  registers(
      system.id,
      [&](json::object& answer) {
        answer["client_secret"] = "next-secret";
        answer["client_secret_expires_at"] = second;
        answer["registration_access_token"] = "manage-2";
      },
      200);
  registrations_->renew_due(4);
  EXPECT_EQ(server_.line(2), "PUT https://id.example/reg/given-1");
  EXPECT_EQ(server_.credential(2), "Authorization: Bearer manage-1");
  EXPECT_EQ(read(system.id).consumer_secrets.front().expires_on, WallTime(Seconds(second)));
  EXPECT_EQ(found(system.id).renewed_at, clock_.now());
  server_.answers(204, "");
  EXPECT_EQ(*registrations_->end(admin_, system.id), true);
  EXPECT_EQ(server_.credential(3), "Authorization: Bearer manage-2") << "the token that came last";
}

TEST_F(RegistrationsTest, ShowWhyASecretWasNotRenewed) {
  // A-202
  const TargetSystem system = made();
  const std::int64_t end = in_seconds(std::chrono::hours(24));
  registers(system.id, [&](json::object& answer) { answer["client_secret_expires_at"] = end; });
  ASSERT_EQ(enroll(system.id), "ok");
  clock_.advance(std::chrono::hours(20));
  server_.answers(503, "");
  registrations_->renew_due(4);
  EXPECT_EQ(found(system.id).failure, "provider_unavailable");
  registrations_->renew_due(4);
  EXPECT_EQ(server_.requests(), 3U) << "not again at once";
  clock_.advance(std::chrono::hours(1));
  registers(
      system.id,
      [&](json::object& answer) {
        answer["client_secret_expires_at"] = end;
        answer["registration_access_token"] = "manage-2";
      },
      200);
  registrations_->renew_due(4);
  EXPECT_EQ(found(system.id).failure, "not_renewed");
  clock_.advance(std::chrono::hours(1));
  registers(
      system.id,
      [](json::object& answer) {
        answer["redirect_uris"] = json::array{"https://evil.example/"};
        answer["registration_access_token"] = "manage-3";
      },
      200);
  registrations_->renew_due(4);
  EXPECT_EQ(server_.credential(4), "Authorization: Bearer manage-2")
      << "kept though nothing was renewed";
  EXPECT_EQ(found(system.id).failure, "registration_unacceptable");
  EXPECT_EQ(read(system.id).consumer_key, "given-1");
}

TEST_F(RegistrationsTest, AreTriedNoMoreOnceAnotherConsumerKeyWasEntered) {
  // A-202
  const TargetSystem system = made();
  registers(system.id, [&](json::object& answer) {
    answer["client_secret_expires_at"] = in_seconds(std::chrono::hours(24));
  });
  ASSERT_EQ(enroll(system.id), "ok");
  TargetSystemFields fields;
  fields.consumer_key = "entered";
  fields.consumer_secrets = secrets({"entered-secret"});
  const auto entered =
      systems_->update(admin_, system.id, read(system.id).stamps.revision, std::move(fields));
  ASSERT_TRUE(entered.has_value()) << answer_of(entered);
  clock_.advance(std::chrono::hours(20));
  registrations_->renew_due(4);
  EXPECT_EQ(server_.requests(), 2U);
  EXPECT_EQ(found(system.id).failure, "not_in_use");
  const auto row = storage::read<std::optional<storage::RegistrationRow>>(
      *store_, [&](storage::Snapshot& snapshot) {
        return storage::find_registration(snapshot, system.id.uuid);
      });
  ASSERT_TRUE(row.has_value() && row->has_value());
  EXPECT_EQ((*row)->next_try_at, std::nullopt) << "and nothing is logged every hour";
}

TEST_F(RegistrationsTest, EndAtTheProviderFirst) {
  // A-202
  const TargetSystem system = made();
  EXPECT_EQ(answer_of(registrations_->end(admin_, system.id)), "not_registered");
  registers(system.id);
  ASSERT_EQ(enroll(system.id), "ok");
  server_.answers(503, "");
  EXPECT_NE(answer_of(registrations_->end(admin_, system.id)), "ok");
  EXPECT_EQ(read(system.id).consumer_key, "given-1") << "nothing was changed";
  server_.answers(405, "");
  EXPECT_EQ(*registrations_->end(admin_, system.id), false);
  const TargetSystem after = read(system.id);
  EXPECT_EQ(after.consumer_key, "");
  EXPECT_TRUE(after.consumer_secrets.empty());
  EXPECT_EQ(*registrations_->get(admin_, system.id), std::nullopt);
}

TEST_F(RegistrationsTest, AreLeftThereWhereTheProviderGivesNothingToManageThemWith) {
  // A-202
  const TargetSystem system = made();
  registers(system.id, [&](json::object& answer) {
    answer["client_secret_expires_at"] = in_seconds(std::chrono::hours(1));
    answer.erase("registration_access_token");
    answer.erase("registration_client_uri");
  });
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_FALSE(found(system.id).is_managed);
  clock_.advance(std::chrono::hours(2));
  registrations_->renew_due(4);
  EXPECT_EQ(*registrations_->end(admin_, system.id), false);
  EXPECT_EQ(server_.requests(), 2U);
  EXPECT_EQ(read(system.id).consumer_key, "");
}

TEST_F(RegistrationsTest, ShowADocumentWhereTheServerTakesItsAddress) {
  // A-205, A-206
  const TargetSystem system = made(R"(,"client_id_metadata_document_supported":true,
               "token_endpoint_auth_methods_supported":["none","client_secret_basic"])");
  EXPECT_EQ(answer_of(registrations_->document(system.id)), "not found");
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_EQ(server_.requests(), 1U) << "nobody is asked";
  const std::string address =
      "https://vault.example/oauth-clients/" + system.id.text() + "/client.json";
  const TargetSystem after = read(system.id);
  EXPECT_EQ(after.consumer_key, address);
  EXPECT_EQ(after.client_authentication, ClientAuthentication::kNone);
  EXPECT_TRUE(after.missing.empty());
  const auto text = registrations_->document(system.id);
  ASSERT_TRUE(text.has_value()) << answer_of(text);
  const json::object document = json::parse(*text).as_object();
  EXPECT_EQ(document.at("client_id").as_string(), address);
  EXPECT_EQ(document.at("redirect_uris"), callbacks(system.id));
  EXPECT_EQ(document.at("token_endpoint_auth_method"), "none");
  EXPECT_EQ(document.at("client_name"), "Strongroom") << "not what people here call it";
  // A name or an owner of its own says nothing to the server.
  TargetSystemFields fields;
  fields.name = "Renamed";
  fields.description = "else";
  ASSERT_TRUE(systems_->update(admin_, system.id, after.stamps.revision, fields).has_value());
  EXPECT_EQ(*registrations_->document(system.id), *text);
  public_url_ = "https://elsewhere.example";
  EXPECT_EQ(answer_of(registrations_->document(system.id)), "not found")
      << "another address is another client";
  public_url_ = "https://vault.example";
  EXPECT_EQ(*registrations_->end(admin_, system.id), true);
  EXPECT_EQ(answer_of(registrations_->document(system.id)), "not found");
}

TEST_F(RegistrationsTest, SignWithKeysWhereTheServerTakesThem) {
  // A-205
  TargetSystem system = made(R"(,"client_id_metadata_document_supported":true,
               "token_endpoint_auth_methods_supported":["none","private_key_jwt"])");
  TargetSystemFields fields;
  fields.client_keys.emplace();
  fields.client_keys->push_back({.generate = crypto::NewKey::kP256});
  system = *systems_->update(admin_, system.id, system.stamps.revision, fields);
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_EQ(read(system.id).client_authentication, ClientAuthentication::kPrivateKeyJwt);
  const json::object document = json::parse(*registrations_->document(system.id)).as_object();
  const json::object& key = document.at("jwks").at("keys").at(0).as_object();
  EXPECT_TRUE(key.contains("x") && !key.contains("d"));
}

TEST_F(RegistrationsTest, AskAServerThatTakesNoDocumentOrIsNotToHaveOne) {
  // A-206
  const std::string takes = R"(,"client_id_metadata_document_supported":true)";
  const TargetSystem by_secret = made(takes, "by secret");
  registers(by_secret.id);
  EXPECT_EQ(enroll(by_secret.id), "ok") << "a document holds no secret, and none is not offered";
  const TargetSystem asked =
      made(takes + R"(,"token_endpoint_auth_methods_supported":["none","client_secret_basic"])",
           "asked");
  registers(asked.id, [](json::object& answer) { answer["client_id"] = "given-2"; });
  EXPECT_EQ(enroll(asked.id, {.way = RegistrationWay::kDynamic}), "ok");
  public_url_ = "http://127.0.0.1:8200";
  const TargetSystem local = made(takes, "local");
  EXPECT_EQ(enroll(local.id, {.way = RegistrationWay::kDocument}), "no_public_url");
}

TEST_F(RegistrationsTest, WantTheRightToConfigureAndAWritableTrail) {
  // A-204
  const TargetSystem system = made();
  EXPECT_EQ(answer_of(registrations_->enroll(with({Permission::kView}), system.id, {})), "denied");
  EXPECT_EQ(answer_of(registrations_->end(with({Permission::kView}), system.id)), "denied");
  break_audit();
  EXPECT_EQ(enroll(system.id), "audit_unavailable");
  EXPECT_EQ(server_.requests(), 1U);
}

TEST_F(RegistrationsTest, AreNotWhatSomebodyElseWrote) {
  // A-204
  const TargetSystem system = made();
  registers(system.id);
  ASSERT_EQ(enroll(system.id), "ok");
  tamper("UPDATE registrations SET configuration_endpoint = 'https://evil.example/reg'");
  EXPECT_EQ(answer_of(registrations_->end(admin_, system.id)), "corrupt");
  EXPECT_EQ(server_.requests(), 2U);
}

TEST_F(RegistrationsTest, OfAPublicClientNeedNoSecretForItsTokens) {
  // A-040, A-051
  const ProjectId finance = project("Finance");
  const TargetSystem system = made(R"(,"token_endpoint_auth_methods_supported":["none"])");
  EXPECT_EQ(system.missing, std::vector<std::string>{"consumer_key"});
  registers(system.id, [](json::object& answer) {
    answer["token_endpoint_auth_method"] = "none";
    answer.erase("client_secret");
  });
  ASSERT_EQ(enroll(system.id), "ok");
  EXPECT_EQ(read(system.id).client_authentication, ClientAuthentication::kNone);
  EXPECT_TRUE(read(system.id).missing.empty());
  const std::string request = code_request(client(finance, system.id, "nightly"));
  EXPECT_NE(request.find("client_id=given-1"), std::string::npos) << request;
  EXPECT_NE(request.find("code_verifier="), std::string::npos) << request;
  EXPECT_EQ(request.find("secret"), std::string::npos) << request;
}

TEST_F(RegistrationsTest, AreNotPublicWhereTheServerHasNoPkce) {
  // A-040
  server_.answers(200, R"({"issuer":"https://id.example",
      "token_endpoint":"https://id.example/token",
      "authorization_endpoint":"https://id.example/auth",
      "registration_endpoint":"https://id.example/reg",
      "token_endpoint_auth_methods_supported":["none"]})");
  TargetSystemFields fields = system_fields("CRM");
  fields.service_provider = "issuer";
  fields.grant = GrantFlow::kAuthorizationCode;
  fields.consumer_key = "";
  fields.consumer_secrets.reset();
  fields.endpoint_parameters = {{{"issuer", "https://id.example"}}};
  const auto system = systems_->create(admin_, fields);
  ASSERT_TRUE(system.has_value()) << answer_of(system);
  EXPECT_EQ(enroll(system->id), "no_registration_method");
  TargetSystemFields chosen;
  chosen.client_authentication = ClientAuthentication::kNone;
  EXPECT_EQ(answer_of(systems_->update(admin_, system->id, system->stamps.revision, chosen)),
            "invalid at /client_authentication");
}

}  // namespace
}  // namespace strongroom::vault
