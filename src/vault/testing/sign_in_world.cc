#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {

SignInWorld::SignInWorld() = default;
SignInWorld::~SignInWorld() = default;

void SignInWorld::SetUp() {
  ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
  open_journal();
  project_ = project("Finance");
  system_ = sign_in_system("Mail");
  client_ = client(project_, system_.id, "inbox").id;
  restart_retrievals();
}

TargetSystemFields SignInWorld::sign_in_fields(const std::string& name) {
  TargetSystemFields fields = system_fields(name);
  fields.grant = GrantFlow::kAuthorizationCode;
  (*fields.endpoint_parameters)["authorization_endpoint"] = "https://id.example/authorize";
  fields.scopes = {"mail.read", "mail.send"};
  fields.resources = {"https://files.example", "https://mail.example"};
  return fields;
}

TargetSystem SignInWorld::sign_in_system(const std::string& name) {
  auto made = systems().create(admin_, sign_in_fields(name));
  EXPECT_TRUE(made.has_value()) << answer_of(made);
  return made ? *std::move(made) : TargetSystem{};
}

void SignInWorld::open_journal() {
  auto journal = Journal::open(disk_.open(), sealer_, clock_, lines_log_);
  ASSERT_TRUE(journal.has_value());
  journal_ = *std::move(journal);
  context_ = std::make_unique<Context>(Context{*faults_, *trail_, keys_, sealer_, random_, clock_,
                                               lines_log_, *catalogue_, index_, network_, nullptr,
                                               journal_.get()});
}

void SignInWorld::restart_retrievals() {
  retrievals_ = std::make_unique<Retrievals>(
      *context_, provider_.client(),
      Retrievals::Workers{.start = [](Task task) { return task(), true; },
                          .finish =
                              [this](Task task) {
                                if (!stopping_) task();
                                return !stopping_;
                              }},
      process_);
}

void SignInWorld::crash(bool power_failure) {
  disk_.crash(power_failure);
  process_ = crypto::make_uuid(clock_.now(), random_);
  retrievals_.reset();
  open_journal();
  ASSERT_TRUE(store_->write(storage::release_leases).has_value());
  JournalSettlement(*context_, process_).settle_all();
  restart_retrievals();
}

void SignInWorld::sign_in(OAuthClientId id, const std::string& refresh_token,
                          const std::string& access_token, Seconds lifetime) {
  oauth::TokenSet tokens{.access_token = oauth::AccessToken(access_token)};
  tokens.lifetime = lifetime;
  tokens.scopes = {"mail.read", "mail.send"};
  tokens.sent_at = clock_.now();
  tokens.sent_at_boot = clock_.boot_now();
  if (!refresh_token.empty()) tokens.refresh_token = oauth::RefreshToken(refresh_token);
  const auto system = systems().get(admin_, system_.id);
  const auto lease = storage::write<GrantLease>(
      *store_, [&](storage::Transaction& tx) { return take_grant_lease(*context_, tx, id); });
  ASSERT_TRUE(lease.has_value()) << answer_of(lease);
  const auto grant = seal_signed_in(*context_, *lease, destination_digest(*catalogue_, *system),
                                    std::move(tokens), /*keeps_refresh_token=*/false);
  ASSERT_TRUE(grant.has_value()) << answer_of(grant);
  const auto stored = storage::write<GrantStored>(*store_, [&](storage::Transaction& tx) {
    return store_granted(*context_, tx, *lease, *grant, sign_in_event());
  });
  ASSERT_TRUE(stored.has_value()) << answer_of(stored);
  EXPECT_EQ(*stored, GrantStored::kAll);
}

void SignInWorld::sign_in(const std::string& refresh_token, Seconds lifetime) {
  sign_in(client_, refresh_token, "access-0", lifetime);
}

audit::Event SignInWorld::sign_in_event() {
  return {.id = crypto::make_uuid(clock_.now(), random_),
          .at = clock_.now(),
          .action = audit::Action::kTokensRetrieved};
}

std::string SignInWorld::asked(const std::string& resource, std::optional<Actor> person) {
  std::string answer = "no answer yet";
  retrievals_->retrieve({client_, resource}, std::move(person), [&](const RetrievalResult& result) {
    answer = result ? "token" : answer_of(result);
    last_error_ = result ? std::nullopt : std::optional<Error>(result.error());
  });
  return answer;
}

std::string SignInWorld::said(std::string_view parameter) const {
  const ErrorValue* const value = last_error_ ? last_error_->find(parameter) : nullptr;
  const auto* const name = value == nullptr ? nullptr : std::get_if<VisibleName>(value);
  return name == nullptr ? "" : name->text;
}

std::optional<storage::RefreshTokenRow> SignInWorld::refresh_row() {
  using Row = std::optional<storage::RefreshTokenRow>;
  return *storage::read<Row>(*store_, [&](storage::Snapshot& snapshot) {
    return storage::find_refresh_token(snapshot, client_.uuid);
  });
}

std::string SignInWorld::refresh_token() {
  const auto row = refresh_row();
  if (!row) return "none";
  const auto opened = open_refresh_token(sealer_, project_.uuid, *row);
  return opened ? std::string(opened->reveal()) : "does not open";
}

std::string SignInWorld::access_token(const std::string& resource) {
  const auto token = token_for(*index_.find(client_).client, resource);
  if (!token) return "none";
  std::string text;
  const Status opened = sealer_.open_into(
      token_place(client_, resource, project_, token->generation), token->sealed, text);
  return opened ? text : "does not open";
}

std::string SignInWorld::cause() {
  const auto failure = stored().failure;
  return failure ? failure->cause : "";
}

std::string SignInWorld::sent(std::size_t index, std::string_view field) const {
  const std::string_view body = provider_.body(index);
  const std::size_t at = body.find(std::string(field) + "=");
  if (at == std::string_view::npos) return "";
  const std::string_view rest = body.substr(at + field.size() + 1);
  return std::string(rest.substr(0, rest.find('&')));
}

}  // namespace strongroom::vault
