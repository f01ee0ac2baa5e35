#include "vault/resource_discovery.h"

#include <string>

#include "oauth/testing/scripted_issuer.h"
#include "vault/issuer_discovery.h"
#include "vault/resource_rules.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

constexpr const char* kResource = "https://mcp.example/tools";
constexpr const char* kIssuer = "https://id.example";

std::string resource_document(const std::string& servers = "\"https://id.example\"") {
  return R"({"resource":"https://mcp.example/tools","authorization_servers":[)" + servers +
         R"(],"scopes_supported":["read"],"resource_name":"Tools"})";
}
std::string issuer_document(
    const std::string& more = R"("code_challenge_methods_supported":["S256"])",
    const std::string& issuer = kIssuer) {
  return R"({"issuer":")" + issuer + R"(","token_endpoint":")" + issuer +
         R"(/token","authorization_endpoint":")" + issuer + R"(/authorize")" +
         (more.empty() ? "" : "," + more) + "}";
}

class ResourceDiscoveryTest : public VaultWorld {
 protected:
  static TargetSystemFields fields(const std::string& name = "Tools") {
    TargetSystemFields fields = system_fields(name);
    fields.service_provider = "issuer";
    fields.endpoint_parameters = {{{"issuer", kIssuer}}};
    fields.protected_resource = kResource;
    return fields;
  }
  TargetSystems by_issuer() { return TargetSystems(*context_, &issuer_.discovery()); }
  IssuerDiscovery re_reading() { return IssuerDiscovery(*context_, issuer_.discovery()); }
  Result<ResourceProposal> propose(const std::string& resource = kResource) {
    return ResourceDiscovery(*context_, issuer_.discovery())
        .propose(admin_, {.resource = resource});
  }
  void resource_says(const std::string& document) {
    issuer_.challenges("Bearer");
    issuer_.says(document);
  }
  TargetSystem made(const std::string& name = "Tools") {
    resource_says(resource_document());
    issuer_.says(issuer_document());
    auto system = by_issuer().create(admin_, fields(name));
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    return system ? *std::move(system) : TargetSystem{};
  }
  std::string refused(const TargetSystemFields& fields) {
    return answer_of(by_issuer().create(admin_, fields));
  }

  oauth::ScriptedIssuer issuer_;
};

TEST_F(ResourceDiscoveryTest, ShowsWhatThereIsToChooseFrom) {
  // A-112, A-261, A-265
  resource_says(resource_document(R"("https://id.example","http://plain.example",
      "https://a@id.example")"));
  issuer_.says(issuer_document(R"("code_challenge_methods_supported":["plain","S256"],
      "grant_types_supported":["authorization_code","client_credentials","implicit"],
      "registration_endpoint":"https://id.example/register",
      "scopes_supported":["openid","offline_access"])"));
  const auto found = propose();
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  EXPECT_EQ(found->resource, kResource);
  EXPECT_EQ(found->name, "Tools");
  EXPECT_EQ(found->scopes, std::vector<std::string>{"read"});
  ASSERT_EQ(found->servers.size(), 3U);
  const ProposedServer& server = found->servers.front();
  EXPECT_EQ(server.issuer, kIssuer);
  EXPECT_EQ(server.trouble, ServerTrouble::kNone);
  EXPECT_TRUE(server.pkce);
  EXPECT_EQ(server.registration, OfferedRegistration::kDynamic);
  EXPECT_EQ(server.grants,
            (std::vector<GrantFlow>{GrantFlow::kAuthorizationCode, GrantFlow::kClientCredentials}));
  EXPECT_EQ(server.scopes, (std::vector<std::string>{"read", "offline_access"}));
  EXPECT_EQ(found->servers[1].trouble, ServerTrouble::kNotAnIssuer);
  EXPECT_EQ(found->servers[2].trouble, ServerTrouble::kNotAnIssuer);
  EXPECT_EQ(issuer_.requests(), 3U) << "who is no issuer is not asked";
  EXPECT_EQ(systems().list(admin_, {})->total, 0) << "nothing is stored";
}

TEST_F(ResourceDiscoveryTest, SaysWhichServerCannotBeChosen) {
  // A-260
  resource_says(resource_document());
  issuer_.says(issuer_document(R"("code_challenge_methods_supported":["plain"])"));
  EXPECT_EQ(propose()->servers.front().trouble, ServerTrouble::kNoPkce);
  resource_says(resource_document());
  issuer_.says(
      issuer_document("\"client_id_metadata_document_supported\":true", "https://evil.example"));
  EXPECT_EQ(propose()->servers.front().trouble, ServerTrouble::kUnreadable);
}

TEST_F(ResourceDiscoveryTest, IsForWhoMayConfigure) {
  EXPECT_EQ(answer_of(ResourceDiscovery(*context_, issuer_.discovery())
                          .propose(with({Permission::kView}), {.resource = kResource})),
            "denied");
  EXPECT_EQ(answer_of(propose("http://mcp.example")), "invalid at /resource");
  EXPECT_EQ(issuer_.requests(), 0U);
  issuer_.cannot_be_resolved();
  EXPECT_EQ(answer_of(propose()), "resource_unreadable at /resource");
}

TEST_F(ResourceDiscoveryTest, MakesATargetSystemWhoseRequestsNameTheResource) {
  // A-165
  const TargetSystem system = made();
  EXPECT_EQ(system.protected_resource, kResource);
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  const auto built = build_token_requests(*context_, {one.id});
  ASSERT_TRUE(built.has_value()) << answer_of(built);
  const std::string form(built->requests.front().message.body.reveal());
  EXPECT_NE(form.find("resource=https%3A%2F%2Fmcp.example%2Ftools"), std::string::npos) << form;
  expect_index_as_after_restart({one.id});
}

TEST_F(ResourceDiscoveryTest, NamesTheResourceInEveryRequestOfTheProvider) {
  // A-165
  TargetSystem system;
  system.protected_resource = kResource;
  catalogue::Provider provider = *catalogue_->find("issuer");
  name_resource(system, provider);
  ASSERT_EQ(provider.authorization.parameters.size(), 1U);
  EXPECT_EQ(provider.authorization.parameters.front().name, "resource");
  EXPECT_EQ(provider.authorization.parameters.front().literal, kResource);
  int named = 0;
  for (const catalogue::TokenField& field : provider.token_parameters) {
    if (field.name != "resource") continue;
    ++named;
    EXPECT_EQ(field.literal, kResource);
    EXPECT_FALSE(field.asked.has_value());
  }
  EXPECT_EQ(named, 1);
}

TEST_F(ResourceDiscoveryTest, TakesOnlyAServerThatTheResourceNames) {
  // A-112, A-262
  resource_says(resource_document("\"https://other.example\""));
  EXPECT_EQ(refused(fields()), "issuer_not_named at /endpoint_parameters/issuer");
  EXPECT_EQ(issuer_.requests(), 2U) << "nobody asks the issuer";
  issuer_.cannot_be_reached();
  EXPECT_EQ(refused(fields()), "resource_unreadable at /protected_resource");
  EXPECT_EQ(systems().list(admin_, {})->total, 0);
}

TEST_F(ResourceDiscoveryTest, TakesNoServerWithoutPkce) {
  // A-260
  for (const char* less : {"", R"("code_challenge_methods_supported":["plain"])"}) {
    resource_says(resource_document());
    issuer_.says(issuer_document(less));
    EXPECT_EQ(refused(fields()), "no_pkce at /endpoint_parameters/issuer");
  }
  const TargetSystem system = made();
  resource_says(resource_document());
  issuer_.says(issuer_document(""));
  const auto read = re_reading().discover(admin_, system.id);
  ASSERT_TRUE(read.has_value()) << answer_of(read);
  EXPECT_TRUE(read->metadata->pending.has_value()) << "not in use until somebody says so";
}

TEST_F(ResourceDiscoveryTest, AllowsNothingBesides) {
  // A-262, A-266
  TargetSystemFields more = fields();
  more.resources = {{"https://other.example"}};
  EXPECT_EQ(refused(more), "invalid at /resources");
  more = fields();
  more.endpoint_parameters = {{{"issuer", kIssuer}, {"audience", "other"}}};
  EXPECT_EQ(refused(more), "invalid at /endpoint_parameters");
  more = fields();
  for (const Callback other : {Callback::kPlain, Callback::kBlank, Callback::kOob}) {
    more.callback = other;
    EXPECT_EQ(refused(more), "invalid at /callback");
  }
  more = system_fields("Another");
  more.protected_resource = kResource;
  EXPECT_EQ(refused(more), "invalid at /protected_resource") << "its endpoints are entered";
  more = fields();
  more.protected_resource = "http://mcp.example/tools";
  EXPECT_EQ(refused(more), "invalid at /protected_resource");
  EXPECT_EQ(issuer_.requests(), 0U);
}

TEST_F(ResourceDiscoveryTest, HoldsTheSecretsOfAnotherResource) {
  // A-262
  TargetSystemFields with = fields();
  resource_says(resource_document());
  issuer_.says(issuer_document());
  with.consumer_secrets = secrets({"secret"});
  const auto system = by_issuer().create(admin_, with);
  ASSERT_TRUE(system.has_value()) << answer_of(system);
  issuer_.challenges("Bearer");
  issuer_.says(R"({"resource":"https://mcp.example/more",
                   "authorization_servers":["https://id.example"]})");
  TargetSystemFields moved;
  moved.protected_resource = "https://mcp.example/more";
  const auto changed = by_issuer().update(admin_, system->id, system->stamps.revision, moved);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_TRUE(changed->destination_held);
}

TEST_F(ResourceDiscoveryTest, FollowsNoOtherServerByItself) {
  // A-263
  const TargetSystem system = made();
  resource_says(resource_document("\"https://other.example\""));
  EXPECT_EQ(answer_of(re_reading().discover(admin_, system.id)),
            "issuer_not_named at /endpoint_parameters/issuer");
  const auto seen = systems().get(admin_, system.id);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->metadata->failure, "unusable_metadata") << "people see that something is amiss";
  EXPECT_EQ(seen->metadata->accepted.issuer, kIssuer);
  EXPECT_EQ(seen->token_endpoint, "https://id.example/token");
  resource_says(resource_document());
  issuer_.says(issuer_document());
  const auto again = re_reading().discover(admin_, system.id);
  ASSERT_TRUE(again.has_value()) << answer_of(again);
  EXPECT_EQ(again->metadata->failure, "");
}

TEST_F(ResourceDiscoveryTest, KeepsTheAddressAsTheResourceWritesIt) {
  // A-165
  TargetSystemFields bare = fields();
  bare.protected_resource = "https://MCP.example";
  resource_says(R"({"resource":"https://mcp.example/",
                    "authorization_servers":["https://id.example"]})");
  issuer_.says(issuer_document());
  const auto system = by_issuer().create(admin_, bare);
  ASSERT_TRUE(system.has_value()) << answer_of(system);
  EXPECT_EQ(system->protected_resource, "https://mcp.example/");
  TargetSystemFields same;
  same.protected_resource = "https://mcp.example";
  const auto kept = by_issuer().update(admin_, system->id, system->stamps.revision, same);
  ASSERT_TRUE(kept.has_value()) << answer_of(kept);
  EXPECT_EQ(kept->stamps.revision, system->stamps.revision) << "nothing was changed";
}

}  // namespace
}  // namespace strongroom::vault
