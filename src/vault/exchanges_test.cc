// The flight recorder, and the dry run beside it.

#include "vault/exchanges.h"

#include <memory>
#include <string>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "storage/exchange_rows.h"
#include "storage/fetch.h"
#include "vault/retrievals.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class Exchanges : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    TargetSystemFields fields = system_fields("CRM");
    fields.client_authentication = ClientAuthentication::kPost;
    fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
    system_ = systems().create(admin_, fields)->id;
    client_ = client(project_, system_, "nightly").id;
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
  }

  // "token", or the cause.
  std::string asked() {
    std::string answer = "none";
    retrievals_->retrieve({client_}, admin_, [&](const RetrievalResult& result) {
      if (result) {
        answer = "token";
        return;
      }
      const ErrorValue* const cause = result.error().find("cause");
      answer = cause == nullptr ? answer_of(result) : std::get<VisibleName>(*cause).text;
    });
    return answer;
  }
  TargetSystem stored() { return *systems().get(admin_, system_); }
  std::vector<Exchange> kept() {
    const auto exchanges = clients().exchanges(admin_, client_);
    EXPECT_TRUE(exchanges.has_value()) << answer_of(exchanges);
    return exchanges.value_or(std::vector<Exchange>());
  }
  std::vector<storage::ExchangeRow> rows() {
    return *storage::read<std::vector<storage::ExchangeRow>>(
        *store_,
        [&](storage::Snapshot& snapshot) { return storage::exchanges_of(snapshot, client_.uuid); });
  }
  std::int64_t count_of_requests() {
    return *storage::read<std::int64_t>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::fetch_integer(snapshot, "SELECT COUNT(*) FROM exchange_requests");
    });
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
};

TEST_F(Exchanges, TheLastOneIsRedactedAndGoesWithItsClient) {
  // A-016
  EXPECT_EQ(answer_of(clients().last_exchange(admin_, client_)), "no_exchange");
  provider_.refuses_with_code(401, "invalid_client", 7, "Tue, 24 Nov 2026 03:10:20 GMT");
  provider_.refuses_with_code(401, "invalid_client", 7, "Tue, 24 Nov 2026 03:10:20 GMT");
  EXPECT_EQ(asked(), "invalid_client");
  const auto failed = clients().last_exchange(admin_, client_);
  ASSERT_TRUE(failed.has_value()) << answer_of(failed);
  EXPECT_EQ(failed->cause, "invalid_client");
  EXPECT_EQ(failed->failed_hop, "oauth");
  EXPECT_EQ(failed->status, 401);
  EXPECT_EQ(failed->error_code, "invalid_client");
  EXPECT_EQ(failed->url, "https://id.example/token");
  EXPECT_EQ(failed->authentication, "client_secret_post");
  EXPECT_EQ(failed->credential, stored().consumer_secrets[1].id) << "the one that was tried last";
  EXPECT_EQ(failed->credential_kind, "secret");
  EXPECT_EQ(failed->at, clock_.now());
  EXPECT_EQ(failed->clock_skew_s, 120);
  EXPECT_EQ(retrievals_->largest_clock_skew(), Seconds(120));

  provider_.grants("canary-token", 3600);
  EXPECT_EQ(asked(), "token");
  const auto granted = clients().last_exchange(admin_, client_);
  ASSERT_TRUE(granted.has_value());
  EXPECT_EQ(granted->cause, "");
  EXPECT_EQ(granted->status, 200);
  for (const storage::ExchangeRow& row : rows()) {
    for (const char* const hidden : {"canary", "newer-secret", "older-secret"}) {
      EXPECT_EQ((row.request + row.outcome).find(hidden), std::string::npos) << row.request;
    }
  }

  EXPECT_EQ(answer_of(clients().last_exchange(with({}), client_)), "denied");
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  EXPECT_EQ(answer_of(clients().last_exchange(admin_, client_)), "not found");
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  EXPECT_EQ(answer_of(clients().last_exchange(admin_, client_)), "no_exchange");
}

TEST_F(Exchanges, TheLastTwentyAreKeptTheNewestFirstAndWhatRepeatsItselfOnce) {
  for (int i = 0; i < 25; ++i) {
    clock_.advance(Seconds(60));
    provider_.grants("a-token", 3600);
    ASSERT_EQ(asked(), "token");
  }
  const std::vector<Exchange> exchanges = kept();
  ASSERT_EQ(exchanges.size(), 20U);
  EXPECT_EQ(exchanges.front().at, clock_.now());
  EXPECT_EQ(exchanges.back().at, clock_.now() - Seconds(19 * 60));
  EXPECT_EQ(exchanges.back().url, "https://id.example/token");
  EXPECT_EQ(exchanges.back().parameters.size(), exchanges.front().parameters.size());
  EXPECT_EQ(count_of_requests(), 1);
  for (const storage::ExchangeRow& row : rows()) EXPECT_LT(row.outcome.size(), 200U);
}

TEST_F(Exchanges, EachCredentialThatWasTriedIsOne) {
  // A-065
  provider_.refuses(401, "invalid_client");
  provider_.grants("a-token", 3600);
  ASSERT_EQ(asked(), "token");
  const std::vector<Exchange> exchanges = kept();
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_EQ(exchanges[0].cause, "");
  EXPECT_EQ(exchanges[0].credential, stored().consumer_secrets[1].id);
  EXPECT_EQ(exchanges[1].cause, "invalid_client");
  EXPECT_EQ(exchanges[1].credential, stored().consumer_secrets[0].id);
  const auto counts = retrievals_->provider_counts().at("generic");
  EXPECT_EQ(counts, (ProviderCounts::Counts{1, 1, 0, 0}));
}

TEST_F(Exchanges, RequestsThatNoExchangeNamesAnyMoreGo) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(storage::write<std::monostate>(
                    *store_,
                    [&](storage::Transaction& tx) -> Result<std::monostate> {
                      Exchange exchange;
                      exchange.url = "https://id.example/" + std::to_string(i);
                      STRONGROOM_CHECK(record_exchange(tx, client_.uuid, exchange));
                      return std::monostate();
                    })
                    .has_value());
  }
  EXPECT_EQ(kept().front().url, "https://id.example/29");
  EXPECT_EQ(kept().back().url, "https://id.example/10");
  EXPECT_LE(count_of_requests(), 21);
}

TEST_F(Exchanges, AreForThoseWhoSeeTheClient) {
  provider_.grants("a-token", 3600);
  ASSERT_EQ(asked(), "token");
  EXPECT_EQ(answer_of(clients().exchanges(with({}), client_)), "denied");
  EXPECT_EQ(answer_of(clients().dry_run(with({}), {client_})), "denied");
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  EXPECT_EQ(answer_of(clients().exchanges(admin_, client_)), "not found");
  EXPECT_EQ(answer_of(clients().dry_run(admin_, {client_})), "not found");
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  EXPECT_TRUE(kept().empty());
  EXPECT_EQ(count_of_requests(), 0);
}

TEST_F(Exchanges, ADryRunSaysWhatIsSentNextAndSendsNothing) {
  // A-016
  const auto run = clients().dry_run(admin_, {client_});
  ASSERT_TRUE(run.has_value()) << answer_of(run);
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_TRUE(kept().empty());
  ASSERT_EQ(run->requests.size(), 2U) << "one for each of the two secrets";
  EXPECT_EQ(run->requests[0].credential, stored().consumer_secrets[0].id);
  EXPECT_EQ(run->requests[1].credential, stored().consumer_secrets[1].id);

  provider_.refuses(401, "invalid_client");
  provider_.grants("a-token", 3600);
  ASSERT_EQ(asked(), "token");
  const std::vector<Exchange> sent = kept();
  for (std::size_t i = 0; i < 2; ++i) {
    const Exchange& exchange = sent[1 - i];
    const oauth::PlannedRequest& planned = run->requests[i].request;
    EXPECT_EQ(planned.method, exchange.method);
    EXPECT_EQ(planned.url, exchange.url);
    EXPECT_EQ(planned.authentication, exchange.authentication);
    EXPECT_EQ(run->requests[i].credential, exchange.credential);
    ASSERT_EQ(planned.parameters.size(), exchange.parameters.size());
    for (std::size_t j = 0; j < planned.parameters.size(); ++j) {
      EXPECT_EQ(planned.parameters[j].name, exchange.parameters[j].name);
      EXPECT_EQ(planned.parameters[j].value, exchange.parameters[j].value);
    }
  }
  EXPECT_EQ(clients().dry_run(admin_, {client_})->requests[0].credential, sent[0].credential)
      << "the one that was accepted is tried first";
}

TEST_F(Exchanges, ADryRunOfWhatCannotBeSentSaysWhy) {
  EXPECT_EQ(answer_of(clients().dry_run(admin_, {client_, "https://files.example"})),
            "unknown_resource at resource");
  OAuthClientFields fields;
  fields.disabled = true;
  ASSERT_TRUE(clients()
                  .update(admin_, client_, clients().get(admin_, client_)->stamps.revision, fields)
                  .has_value());
  EXPECT_EQ(answer_of(clients().dry_run(admin_, {client_})), "client_disabled");
}

TEST(Exchange, IsReadAsItWasWritten) {
  Exchange exchange;
  exchange.at = WallTime{Milliseconds(7)};
  exchange.took = Milliseconds(12);
  exchange.method = "POST";
  exchange.url = "https://id.example/token";
  exchange.proxy = "http://proxy.example:3128";
  exchange.authentication = "private_key_jwt";
  exchange.credential = *Uuid::parse("0198c0de-0000-7000-8000-000000000001");
  exchange.credential_kind = "key";
  exchange.parameters = {{"scope", "a \"b\" \xC3\xBC"}, {"client_assertion", ""}};
  exchange.status = 400;
  exchange.content_type = "application/json";
  exchange.body_bytes = 99;
  exchange.error_code = "invalid_client";
  exchange.provider_codes = {7, 8};
  exchange.cause = "clock_skew";
  exchange.failed_hop = "oauth";
  exchange.connected_to = "192.0.2.1";
  exchange.http_version = "2";
  exchange.tls_protocol = "TLSv1.3";
  exchange.certificate_subject = "CN=id.example";
  exchange.clock_skew_s = -31;
  const storage::ExchangeRow row = to_row(exchange);
  const auto read = exchange_from_row(row);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_row(*read).request, row.request);
  EXPECT_EQ(to_row(*read).outcome, row.outcome);
  EXPECT_EQ(read->at, exchange.at);
  EXPECT_EQ(read->parameters.at(0).value, exchange.parameters.at(0).value);
  EXPECT_EQ(read->credential, exchange.credential);
  EXPECT_EQ(read->clock_skew_s, -31);
  for (const char* const bad : {"", "[]", "not json"}) {
    EXPECT_FALSE(exchange_from_row({.at = {}, .request = bad, .outcome = "{}"}).has_value()) << bad;
    EXPECT_FALSE(exchange_from_row({.at = {}, .request = "{}", .outcome = bad}).has_value()) << bad;
  }
}

TEST(Exchange, OfBeforeThereWasARecorderIsReadToo) {
  const auto read = exchange_from_row(
      {.at = WallTime{Milliseconds(7)},
       .request = "{}",
       .outcome = R"({"at":7,"took_ms":3,"method":"POST","url":"https://id.example/token",)"
                  R"("parameters":[["scope","read"]],"status":200,"body_bytes":9})"});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->url, "https://id.example/token");
  EXPECT_EQ(read->took, Milliseconds(3));
  EXPECT_EQ(read->status, 200);
  EXPECT_EQ(read->parameters.at(0).value, "read");
}

TEST(Exchange, OfWhateverLengthIsCutBetweenCharacters) {
  Exchange exchange;
  const std::string wide = "x" + [] {
    std::string text;
    for (int i = 0; i < 3'000; ++i) text.append("\xC3\xBC");
    return text;
  }();
  exchange.url = exchange.proxy = exchange.certificate_subject = wide;
  exchange.parameters.assign(1'000, {wide, wide});
  const storage::ExchangeRow row = to_row(exchange);
  EXPECT_LT(row.request.size(), 25'000U);
  EXPECT_LT(row.outcome.size(), 1'000U);
  const auto read = exchange_from_row(row);
  ASSERT_TRUE(read.has_value()) << "not cut within a character";
  EXPECT_EQ(read->url.size(), 499U);
  EXPECT_EQ(read->parameters.size(), 32U);
}

}  // namespace
}  // namespace strongroom::vault
