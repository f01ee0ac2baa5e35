// The JWT bearer grant from what is stored: for whom, signed with what, sent where.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "crypto/testing/jose.h"
#include "vault/destination.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

class JwtBearerTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("Finance");
  }
  static std::vector<NewClientKey> made_keys(std::size_t count) {
    std::vector<NewClientKey> keys;
    for (std::size_t i = 0; i < count; ++i) {
      NewClientKey key;
      key.generate = crypto::NewKey::kRsa2048;
      keys.push_back(std::move(key));
    }
    return keys;
  }
  static TargetSystemFields fields_of(const std::string& provider, std::size_t keys = 1) {
    TargetSystemFields fields;
    fields.name = provider;
    fields.service_provider = provider;
    fields.grant = GrantFlow::kJwtBearer;
    fields.consumer_key = "machine";
    fields.client_keys = made_keys(keys);
    if (provider == "salesforce-sandbox") {
      fields.endpoint_parameters =
          std::map<std::string, std::string>{{"domain", "acme--t.sandbox.my.salesforce.com"}};
    }
    return fields;
  }
  TargetSystem create(const TargetSystemFields& fields) {
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  OAuthClientFields client_fields(TargetSystemId system, const std::string& subject) const {
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system;
    fields.label = "nightly";
    fields.subject = subject;
    return fields;
  }
  OAuthClient client_for(TargetSystemId system, const std::string& subject) {
    auto made = clients().create(admin_, client_fields(system, subject));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : OAuthClient{};
  }
  Result<OAuthClient> change(OAuthClientId id, const OAuthClientFields& fields) {
    STRONGROOM_TRY(const OAuthClient now, clients().get(admin_, id));
    return clients().update(admin_, id, now.stamps.revision, fields);
  }
  // What the assertion of a request says.
  static json::object claims_of(const oauth::TokenRequest& request) {
    constexpr std::string_view kName = "&assertion=";
    std::string_view body = request.message.body.reveal();
    body.remove_prefix(std::min(body.size(), body.find(kName) + kName.size()));
    const auto parts = crypto::jws_parts(body.substr(0, body.find('&')));
    EXPECT_TRUE(parts.has_value());
    return parts ? json::parse(parts->payload).as_object() : json::object{};
  }

  ProjectId project_;
};

TEST_F(JwtBearerTest, AsksForTheClientsSubjectWithEachKey) {
  //
  TargetSystemFields fields = fields_of("docusign", 2);
  fields.scopes = {"signature", "impersonation"};
  const TargetSystem system = create(fields);
  EXPECT_TRUE(system.missing.empty());
  const OAuthClient client = client_for(system.id, "0f2c");
  EXPECT_EQ(client.state, OAuthClientState::kNeedsRetrieval);
  const auto plan = build_token_requests(*context_, {client.id});
  ASSERT_TRUE(plan.has_value()) << answer_of(plan);
  EXPECT_TRUE(plan->grant_is_signed);
  ASSERT_EQ(plan->requests.size(), 2U);
  ASSERT_EQ(plan->credentials.size(), 2U);
  EXPECT_NE(plan->credentials[0].id, plan->credentials[1].id);
  for (const oauth::TokenRequest& request : plan->requests) {
    EXPECT_EQ(request.message.url, "https://account.docusign.com/oauth/token");
    const json::object claims = claims_of(request);
    EXPECT_EQ(claims.at("sub"), "0f2c");
    EXPECT_EQ(claims.at("iss"), "machine");
    EXPECT_EQ(claims.at("aud"), "account.docusign.com");
    EXPECT_EQ(claims.at("scope"), "signature impersonation");
  }
}

TEST_F(JwtBearerTest, ProvesEachKeyWithEachSecretWhereTheProviderWantsBoth) {
  //
  TargetSystemFields fields = fields_of("box-jwt", 2);
  EXPECT_EQ(create(fields).missing, std::vector<std::string>{"consumer_secret"});
  fields.name = "both";
  fields.client_keys = made_keys(2);
  fields.consumer_secrets = secrets({"new", "old"});
  const TargetSystem system = create(fields);
  EXPECT_TRUE(system.missing.empty());
  const auto plan = build_token_requests(*context_, {client_for(system.id, "7700").id});
  ASSERT_TRUE(plan.has_value()) << answer_of(plan);
  ASSERT_EQ(plan->requests.size(), 4U);
  ASSERT_EQ(plan->credentials.size(), 4U);
  EXPECT_EQ(plan->credentials[0].id, plan->credentials[1].id);
  EXPECT_NE(plan->credentials[1].id, plan->credentials[2].id);
  for (const char* const secret : {"new", "old"}) {
    const std::string sent = std::string("&client_secret=") + secret;
    const auto count = std::ranges::count_if(plan->requests, [&](const auto& request) {
      return std::string(request.message.body.reveal()).ends_with(sent);
    });
    EXPECT_EQ(count, 2) << secret;
  }
  EXPECT_EQ(claims_of(plan->requests[0]).at("box_sub_type"), "enterprise");
}

TEST_F(JwtBearerTest, ASubjectIsEnteredWhereItMeansSomethingAndNowhereElse) {
  //
  const TargetSystem signing = create(fields_of("salesforce-sandbox"));
  const TargetSystem plain = system("Plain");
  const auto created = [&](TargetSystemId id, const std::string& subject, bool draft = false) {
    OAuthClientFields fields = client_fields(id, subject);
    fields.draft = draft;
    return answer_of(clients().create(admin_, fields));
  };
  EXPECT_EQ(created(signing.id, ""), "invalid at /subject");
  EXPECT_EQ(created(signing.id, "ada root"), "invalid at /subject");
  EXPECT_EQ(created(plain.id, "ada"), "invalid at /subject");
  EXPECT_EQ(created(signing.id, "", /*draft=*/true), "ok");
  const auto draft = clients().list(admin_, {}).value().items.front().id;
  OAuthClientFields finish;
  finish.draft = false;
  EXPECT_EQ(answer_of(change(draft, finish)), "invalid at /subject");
  finish.subject = "robot@acme.example.test";
  EXPECT_EQ(answer_of(change(draft, finish)), "ok");
}

TEST_F(JwtBearerTest, AnotherSubjectNeedsAnotherToken) {
  //
  const OAuthClient client = client_for(create(fields_of("salesforce-sandbox")).id, "ada");
  give_token(client.id);
  OAuthClientFields other;
  other.subject = "bea";
  const auto now = clients().get(admin_, client.id);
  ASSERT_TRUE(now.has_value());
  const auto effects = clients().effects(admin_, client.id, now->stamps.revision, other);
  ASSERT_TRUE(effects.has_value()) << answer_of(effects);
  EXPECT_EQ(effects->next, NextStep::kRetrieval);
  const auto changed = change(client.id, other);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_EQ(changed->subject, "bea");
  EXPECT_EQ(changed->state, OAuthClientState::kNeedsRetrieval);
  ASSERT_TRUE(changed->token.has_value());
  EXPECT_TRUE(changed->token->is_former);
}

TEST_F(JwtBearerTest, WhomItIsMadeOutToIsPartOfWhereTheKeyMayGo) {
  //
  TargetSystem system;
  system.service_provider = "salesforce";
  system.endpoint_parameters = {{"domain", "acme.my.salesforce.com"}};
  const std::string plain = destination_digest(*catalogue_, system);
  system.grant = GrantFlow::kJwtBearer;
  EXPECT_NE(destination_digest(*catalogue_, system), plain);
}

TEST_F(JwtBearerTest, SaysWhatCannotBeAskedForThatWay) {
  const auto refused = [&](TargetSystemFields fields) {
    return answer_of(systems().create(admin_, fields));
  };
  TargetSystemFields scoped = fields_of("salesforce-sandbox");
  scoped.scopes = {"api"};
  EXPECT_EQ(refused(std::move(scoped)), "invalid at /scopes");
  EXPECT_EQ(refused(fields_of("google")), "invalid at /grant");
  TargetSystemFields proved = fields_of("google-service-account");
  proved.scopes = {"drive"};
  proved.client_authentication = ClientAuthentication::kPost;
  EXPECT_EQ(refused(std::move(proved)), "invalid at /client_authentication");
  TargetSystemFields resource = fields_of("generic");
  resource.endpoint_parameters =
      std::map<std::string, std::string>{{"token_endpoint", "https://id.example/token"}};
  resource.resources = {"https://api.example/"};
  EXPECT_EQ(refused(std::move(resource)), "invalid at /resources");
}

}  // namespace
}  // namespace strongroom::vault
