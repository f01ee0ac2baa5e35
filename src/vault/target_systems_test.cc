#include "vault/target_systems.h"

#include "vault/consumer_secrets.h"
#include "vault/stored.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class TargetSystemsTest : public VaultWorld {
 protected:
  // Creates one with `change` made to good fields.
  template <class Change>
  std::string create_with(Change change) {
    TargetSystemFields fields = system_fields("T" + std::to_string(++number_));
    change(fields);
    return answer_of(systems().create(admin_, std::move(fields)));
  }
  // Opens the first stored secret as a retrieval would.
  Result<oauth::ConsumerSecret> open_secret(TargetSystemId id) {
    return storage::read<oauth::ConsumerSecret>(
        *store_, [&](storage::Snapshot& snapshot) -> Result<oauth::ConsumerSecret> {
          STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, id.uuid));
          STRONGROOM_TRY(const auto secrets, storage::consumer_secrets_of(snapshot, id.uuid));
          return open_consumer_secret(sealer_, *row, secrets.at(0));
        });
  }
  using Parameters = std::map<std::string, std::string>;
  static Parameters one(const std::string& name, const std::string& value) {
    return Parameters{{name, value}};
  }
  static TargetSystemFields endpoint(const std::string& url) {
    TargetSystemFields fields;
    fields.endpoint_parameters = one("token_endpoint", url);
    return fields;
  }
  // Changes the database as somebody would who has it and no key.
  void tamper(const std::string& sql) {
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute(sql));
      return {};
    }));
  }

  int number_ = 0;
};

TEST_F(TargetSystemsTest, KeepsWhatWasEnteredButNotTheSecretsValue) {
  const ProjectId p = project("P");
  TargetSystemFields fields = system_fields(" CRM ", p);
  fields.consumer_secrets = secrets({"first", "second"});
  fields.scopes = {"read", "write"};
  fields.client_authentication = ClientAuthentication::kPost;
  fields.allowed_addresses = {"10.0.0.0/8"};
  fields.owner = Owner{" Ada ", "ada@example.org"};
  fields.description = "line 1\nline 2";
  fields.tags = {"prod", "EU"};
  const auto made = systems().create(admin_, std::move(fields));
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  const auto read = systems().get(admin_, made->id);
  EXPECT_EQ(read->name, "CRM");
  EXPECT_EQ(read->project, p);
  EXPECT_EQ(read->consumer_secrets.size(), 2U);
  EXPECT_EQ(read->scopes, (std::vector<std::string>{"read", "write"}));
  EXPECT_EQ(read->client_authentication, ClientAuthentication::kPost);
  EXPECT_EQ(read->owner.name, "Ada");
  EXPECT_EQ(read->tags, (std::vector<std::string>{"prod", "EU"}));
  EXPECT_EQ(read->token_endpoint, "https://id.example/token");
  EXPECT_FALSE(read->destination_held);
  EXPECT_EQ(open_secret(made->id)->reveal(), "first");
}

TEST_F(TargetSystemsTest, RefusesEachBadFieldAndNamesIt) {
  using F = TargetSystemFields;
  EXPECT_EQ(create_with([](F& f) { f.name.reset(); }), "invalid at /name");
  EXPECT_EQ(create_with([](F& f) { f.name = "a\x7f"; }), "invalid at /name");
  EXPECT_EQ(create_with([](F& f) { f.service_provider = "nobody"; }),
            "invalid at /service_provider");
  EXPECT_EQ(create_with([](F& f) { f.service_provider = "google"; }), "invalid at /grant");
  EXPECT_EQ(create_with([](F& f) { f.endpoint_parameters.reset(); }),
            "invalid at /endpoint_parameters/token_endpoint");
  EXPECT_EQ(create_with([](F& f) { f.endpoint_parameters = one("token_endpoint", ""); }),
            "invalid at /endpoint_parameters/token_endpoint");
  for (const char* url : {"http://id.example/token", "ftp://id.example", "https://user@id.example/",
                          "https://id.example/?client_id=x", "javascript:alert(1)"}) {
    EXPECT_EQ(create_with([&](F& f) { f.endpoint_parameters = one("token_endpoint", url); }),
              "invalid at /endpoint_parameters/token_endpoint")
        << url;
  }
  EXPECT_EQ(create_with([](F& f) { (*f.endpoint_parameters)["nonsense"] = "x"; }),
            "invalid at /endpoint_parameters/nonsense");
  EXPECT_EQ(create_with([](F& f) { f.consumer_key = ""; }), "invalid at /consumer_key");
  EXPECT_EQ(create_with([](F& f) { f.consumer_key = "key "; }), "invalid at /consumer_key");
  EXPECT_EQ(create_with([](F& f) { f.scopes = {"ok", "not ok"}; }), "invalid at /scopes/1");
  EXPECT_EQ(create_with([](F& f) { f.scopes = std::vector<std::string>(101, "a"); }),
            "invalid at /scopes");
  EXPECT_EQ(create_with([](F& f) { f.trusted_ca_pem = "nonsense"; }), "invalid at /trusted_ca_pem");
  EXPECT_EQ(create_with([](F& f) {
              f.allowed_addresses = {"10.0.0.0/8", "x"};
            }),
            "invalid at /allowed_addresses/1");
  EXPECT_EQ(create_with([](F& f) { f.owner = Owner{"", "nobody"}; }), "invalid at /owner/email");
  EXPECT_EQ(create_with([](F& f) {
              f.owner = Owner{"", "a@b\r\nBcc: c@d"};
            }),
            "invalid at /owner/email");
  EXPECT_EQ(create_with([](F& f) { f.tags = {"a", "b,c"}; }), "invalid at /tags/1");
  EXPECT_EQ(create_with([](F& f) { f.tags = {"a", "A"}; }), "invalid at /tags/1");
  EXPECT_EQ(create_with([](F& f) { f.tags = std::vector<std::string>(33, "a"); }),
            "invalid at /tags");
  EXPECT_EQ(create_with([](F& f) { f.default_tenant = "contoso.example"; }),
            "invalid at /default_tenant");
  EXPECT_EQ(create_with([](F& f) { f.supported_accounts = SupportedAccounts::kAnyDirectory; }),
            "invalid at /supported_accounts");
  EXPECT_EQ(create_with([](F& f) {
              f.project = ProjectId{Uuid::parse("00000000-0000-7000-8000-000000000001").value()};
            }),
            "invalid at /project");
  EXPECT_EQ(systems().list(admin_, {})->total, 0);
}

TEST_F(TargetSystemsTest, RefusesSecretsThatAPasteHasSpoilt) {
  for (const char* bad : {"", " x", "x ", "x\n", "x\r\n", "\tx", "a\nb", "a\x01", "\xff"}) {
    EXPECT_EQ(create_with([&](TargetSystemFields& f) { f.consumer_secrets = secrets({bad}); }),
              "invalid at /consumer_secrets/0/value")
        << bad;
  }
  EXPECT_EQ(create_with([](TargetSystemFields& f) {
              f.consumer_secrets = secrets({"a", std::string(4097, 'a')});
            }),
            "invalid at /consumer_secrets/1/value");
  EXPECT_EQ(create_with([](TargetSystemFields& f) {
              f.consumer_secrets = secrets({"a", "b", "c"});
            }),
            "invalid at /consumer_secrets");
  EXPECT_EQ(create_with([](TargetSystemFields& f) {
              f.consumer_secrets = secrets({std::string(4096, 'a'), "p\xC3\xA4 ss"});
            }),
            "ok");
}

TEST_F(TargetSystemsTest, NamesAreUniqueOverAProjectsOwnAndTheGlobalOnes) {
  const ProjectId p = project("P");
  const ProjectId q = project("Q");
  const TargetSystem own = system("CRM", p);
  EXPECT_EQ(answer_of(systems().create(admin_, system_fields("crm", p))), "duplicate at /name");
  EXPECT_EQ(answer_of(systems().create(admin_, system_fields("crm", q))), "ok");
  const auto global = systems().create(admin_, system_fields("crm"));
  EXPECT_EQ(answer_of(global), "duplicate at /name");
  const TargetSystem everywhere = system("ERP");
  EXPECT_EQ(answer_of(systems().create(admin_, system_fields("erp", p))), "duplicate at /name");
  TargetSystemFields rename;
  rename.name = "CRM";
  EXPECT_EQ(answer_of(systems().update(admin_, everywhere.id, 1, std::move(rename))),
            "duplicate at /name");
  TargetSystemFields to_erp;
  to_erp.name = "Erp";
  const auto refused = systems().update(admin_, own.id, 1, std::move(to_erp));
  EXPECT_EQ(answer_of(refused), "duplicate at /name");
  EXPECT_EQ(std::get<Uuid>(*refused.error().find("existing_id")), everywhere.id.uuid);
  // Its own name in other letters is no duplicate.
  TargetSystemFields same;
  same.name = "crm";
  EXPECT_EQ(answer_of(systems().update(admin_, own.id, 1, std::move(same))), "ok");
}

TEST_F(TargetSystemsTest, AListForAProjectHasItsOwnAndTheGlobalOnes) {
  const ProjectId p = project("P");
  const ProjectId q = project("Q");
  system("A", p);
  system("B", q);
  TargetSystemFields tagged = system_fields("C");
  tagged.tags = {"prod", "100%"};
  ASSERT_TRUE(systems().create(admin_, std::move(tagged)).has_value());
  ListQuery query;
  query.project = p;
  const auto page = systems().list(admin_, query);
  ASSERT_EQ(page->total, 2);
  EXPECT_EQ(page->items[0].name, "A");
  EXPECT_EQ(page->items[1].name, "C");
  const auto tagged_with = [&](const std::string& tag) {
    ListQuery by_tag;
    by_tag.tag = tag;
    return systems().list(admin_, by_tag)->total;
  };
  EXPECT_EQ(tagged_with("prod"), 1);
  EXPECT_EQ(tagged_with("100%"), 1);
  for (const char* none : {"pro", "rod", "%", ",", "\"", "prod,100%", "\n"}) {
    EXPECT_EQ(tagged_with(none), 0) << none;
  }
  query = {};
  query.service_provider = "okta";
  EXPECT_EQ(systems().list(admin_, query)->total, 0);
}

// A stored secret goes only where it was entered for (invariant 5).
TEST_F(TargetSystemsTest, AChangedDestinationIsHeldUntilNewSecretsOrAnApproval) {
  const ProjectId p = project("P");
  const TargetSystem made = system("T", p);
  const OAuthClient user = client(p, made.id, "L");
  const auto moved = systems().update(admin_, made.id, 1, endpoint("https://evil.example/token"));
  ASSERT_TRUE(moved.has_value());
  EXPECT_TRUE(moved->destination_held);
  EXPECT_TRUE(index_.find(user.id).client->target_system_held);
  expect_index_as_after_restart({user.id});

  const Actor editor = with({Permission::kView, Permission::kConfigure});
  EXPECT_EQ(answer_of(systems().approve_destination(editor, made.id, 2)), "denied");
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, made.id, 1)), "changed meanwhile");
  const auto approved = systems().approve_destination(admin_, made.id, 2);
  ASSERT_TRUE(approved.has_value());
  EXPECT_FALSE(approved->destination_held);
  EXPECT_FALSE(index_.find(user.id).client->target_system_held);
  EXPECT_EQ(open_secret(made.id)->reveal(), "very-secret");
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, made.id, 3)), "destination_not_held");

  const auto again = systems().update(admin_, made.id, 3, endpoint("https://other.example/token"));
  ASSERT_TRUE(again->destination_held);
  TargetSystemFields new_secret;
  new_secret.consumer_secrets = secrets({"new-secret"});
  const auto entered = systems().update(admin_, made.id, 4, std::move(new_secret));
  ASSERT_TRUE(entered.has_value());
  EXPECT_FALSE(entered->destination_held);
  EXPECT_EQ(open_secret(made.id)->reveal(), "new-secret");
  EXPECT_EQ(actions(100),
            (std::vector<std::string>{"oauth_client.created", "project.created",
                                      "target_system.created", "target_system.destination_approved",
                                      "target_system.secrets_replaced", "target_system.updated",
                                      "target_system.updated"}));
}

TEST_F(TargetSystemsTest, EveryPartOfTheDestinationHoldsAndChangingItBackLetsGo) {
  const TargetSystem made = system("T");
  Revision revision = 1;
  const auto change = [&](auto set) {
    TargetSystemFields fields;
    set(fields);
    const auto changed = systems().update(admin_, made.id, revision++, std::move(fields));
    EXPECT_TRUE(changed.has_value()) << answer_of(changed);
    return changed && changed->destination_held;
  };
  using F = TargetSystemFields;
  EXPECT_TRUE(change([](F& f) { f.allowed_addresses = {"10.0.0.0/8"}; }));
  EXPECT_FALSE(change([](F& f) { f.allowed_addresses = std::vector<std::string>{}; }));
  EXPECT_TRUE(change([](F& f) {
    (*(f.endpoint_parameters = one("token_endpoint", "https://id.example/token")))["audience"] =
        "x";
  }));
  EXPECT_TRUE(change([](F& f) {
    f.service_provider = "okta";
    f.endpoint_parameters = one("domain", "dev.okta.com");
    f.scopes = {"read"};
  }));
  EXPECT_FALSE(change([](F& f) {
    f.service_provider = "generic";
    f.endpoint_parameters = one("token_endpoint", "https://id.example/token");
  }));
  EXPECT_FALSE(change([](F& f) { f.name = "Other"; }));
  EXPECT_FALSE(change([](F& f) { f.scopes = {"write"}; }));
}

TEST_F(TargetSystemsTest, WithoutStoredSecretsNothingIsHeld) {
  TargetSystemFields fields = system_fields("T");
  fields.consumer_secrets.reset();
  const auto made = systems().create(admin_, std::move(fields));
  ASSERT_TRUE(made.has_value());
  const auto changed = systems().update(admin_, made->id, 1, endpoint("https://b.example/token"));
  EXPECT_FALSE(changed->destination_held);
}

TEST_F(TargetSystemsTest, ADatabaseThatWasTamperedWithIsNotBelieved) {
  const TargetSystem made = system("T");
  tamper(
      "UPDATE target_systems SET endpoint_parameters = "
      "'{\"token_endpoint\":\"https://evil.example/token\"}'");
  EXPECT_EQ(answer_of(systems().get(admin_, made.id)), "corrupt");
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, made.id, 1)), "corrupt");
  EXPECT_EQ(answer_of(systems().remove(admin_, made.id)), "ok");  // what is bad can be got rid of
}

TEST_F(TargetSystemsTest, ASealedSecretOpensOnlyInItsOwnPlace) {
  const TargetSystem a = system("A");
  const TargetSystem b = system("B");
  tamper(
      "UPDATE consumer_secrets SET sealed_value = (SELECT s.sealed_value FROM consumer_secrets s "
      "JOIN target_systems t ON t.id = s.target_system_id WHERE t.name = 'A')");
  EXPECT_TRUE(open_secret(a.id).has_value());
  EXPECT_EQ(answer_of(open_secret(b.id)), "corrupt");
  tamper("UPDATE consumer_secrets SET generation = 2");
  EXPECT_EQ(answer_of(open_secret(a.id)), "corrupt");
}

TEST_F(TargetSystemsTest, ATenantIsForProvidersThatHaveOneAndMustBeConcrete) {
  const auto microsoft = [&](const std::string& tenant) {
    return create_with([&](TargetSystemFields& f) {
      f.service_provider = "microsoft";
      f.endpoint_parameters.reset();
      f.scopes = {"https://graph.microsoft.com/.default"};
      f.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
      f.default_tenant = tenant;
    });
  };
  EXPECT_EQ(microsoft(""), "ok");  // its clients can name theirs
  EXPECT_EQ(microsoft(" Contoso.Example "), "ok");
  EXPECT_EQ(microsoft("8A6B3C1D-0000-4000-8000-000000000001"), "ok");
  for (const char* bad : {"common", "organizations", "consumers", "not a tenant", "../x"}) {
    EXPECT_EQ(microsoft(bad), "invalid at /default_tenant") << bad;
  }
}

TEST_F(TargetSystemsTest, DeletingHidesItsClientsAndRestoringBringsThemBack) {
  const ProjectId p = project("P");
  const TargetSystem made = system("T", p);
  const OAuthClient user = client(p, made.id, "L");
  EXPECT_EQ(systems().affected(admin_, made.id)->oauth_clients, 1);
  ASSERT_TRUE(systems().remove(admin_, made.id).has_value());
  EXPECT_FALSE(found("P", "T", "L"));
  EXPECT_EQ(clients().list(admin_, {})->total, 0);
  EXPECT_EQ(answer_of(clients().get(admin_, user.id)), "not found");
  EXPECT_EQ(answer_of(systems().update(admin_, made.id, 2, {})), "not found");
  expect_index_as_after_restart({user.id});
  const TargetSystem other = system("t", p);
  EXPECT_EQ(answer_of(systems().restore(admin_, made.id)), "duplicate at /name");
  ASSERT_TRUE(systems().remove(admin_, other.id).has_value());
  ASSERT_TRUE(systems().restore(admin_, made.id).has_value());
  EXPECT_TRUE(found("P", "T", "L"));
  ASSERT_TRUE(systems().remove(admin_, made.id).has_value());
  clock_.advance(kUndoWindow);
  ASSERT_TRUE(systems().purge().has_value());
  EXPECT_EQ(index_.client_count(), 0U);
  EXPECT_EQ(answer_of(systems().restore(admin_, made.id)), "not found");
}

TEST_F(TargetSystemsTest, OnlyDeletingWorksWhileTheAuditTrailCannotBeWritten) {
  const TargetSystem made = system("T");
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(answer_of(systems().create(admin_, system_fields("U"))), "audit_unavailable");
  EXPECT_EQ(answer_of(systems().update(admin_, made.id, 1, {})), "audit_unavailable");
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, made.id, 1)), "audit_unavailable");
  EXPECT_EQ(answer_of(systems().remove(admin_, made.id)), "ok");
}

TEST_F(TargetSystemsTest, NothingIsHalfDoneWhicheverCallOfTheStoreFails) {
  const ProjectId p = project("P");
  const TargetSystem made = system("T", p);
  const OAuthClient user = client(p, made.id, "L");
  int number = 0;
  with_every_fault(
      [&] {
        const auto now = systems().get(admin_, made.id);
        if (!now) return false;
        TargetSystemFields fields = endpoint("https://e" + std::to_string(++number) + ".example/");
        if (number % 2 == 0) fields.consumer_secrets = secrets({"other"});
        return systems()
            .update(admin_, made.id, now->stamps.revision, std::move(fields))
            .has_value();
      },
      [&](bool) {
        const auto now = systems().get(admin_, made.id);
        ASSERT_TRUE(now.has_value());
        EXPECT_EQ(now->consumer_secrets.size(), 1U);
        EXPECT_TRUE(open_secret(made.id).has_value());
        expect_index_as_after_restart({user.id});
      });
}

TEST_F(TargetSystemsTest, ASecretThatSignsIsLongEnoughForIt) {
  //
  TargetSystemFields fields = system_fields("Signs");
  fields.client_authentication = ClientAuthentication::kSecretJwt;
  fields.consumer_secrets = secrets({std::string(32, 'a'), std::string(31, 'b')});
  EXPECT_EQ(answer_of(systems().create(admin_, fields)), "invalid at /consumer_secrets/1/value");
  fields.consumer_secrets = secrets({std::string(32, 'a')});
  EXPECT_EQ(answer_of(systems().create(admin_, fields)), "ok");
}

}  // namespace
}  // namespace strongroom::vault
