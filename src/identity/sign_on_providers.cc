#include "identity/sign_on_providers.h"

#include <mutex>
#include <utility>

#include "crypto/uuid.h"
#include "identity/change.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::SignOnProviderRow;
using storage::Transaction;

constexpr std::size_t kLongestSecret = 4096;

Asker server_itself() {
  Asker asker;
  asker.kind = audit::ActorKind::kServer;
  return asker;
}

Error no_such_provider() { return Error{Code::kNotFound, "There is no such provider."}; }

Status check_secret(const oauth::ConsumerSecret& secret) {
  if (!secret.reveal().empty() && secret.reveal().size() <= kLongestSecret) return {};
  return Error{Code::kInvalidArgument, "Enter the client secret: 1 to 4,096 characters."}.at(
      "/client_secret");
}

// The names of what differs.
std::vector<std::string> changed_fields(const SignOnSettings& before, const SignOnSettings& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool differs, const char* name) {
    if (differs) fields.emplace_back(name);
  };
  note(before.label != after.label, "label");
  note(before.issuer != after.issuer, "issuer");
  note(before.client_id != after.client_id, "client_id");
  note(before.scopes != after.scopes, "scopes");
  note(before.user_name_claim != after.user_name_claim, "user_name_claim");
  note(before.email_claim != after.email_claim, "email_claim");
  note(before.groups_claim != after.groups_claim, "groups_claim");
  note(before.makes_users != after.makes_users, "makes_users");
  note(before.links_existing != after.links_existing, "links_existing");
  note(before.trusted_ca_pem != after.trusted_ca_pem, "trusted_ca_pem");
  note(before.allowed_addresses != after.allowed_addresses, "allowed_addresses");
  return fields;
}

}  // namespace

Status SignOnProviders::load() {
  using All = std::vector<SignOnProviderRow>;
  STRONGROOM_TRY(const All rows,
                 storage::read<All>(context_.store, [](storage::Snapshot& snapshot) {
                   return storage::all_sign_on_providers(snapshot);
                 }));
  for (const SignOnProviderRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    const auto provider = read(row);
    if (genuine && provider) {
      put(row, *provider);
    } else {
      context_.log.error("a provider's row was changed from outside; nobody signs in by it",
                         {{"provider", row.id}});
    }
  }
  return {};
}

std::optional<SignOnProvider> SignOnProviders::find(SignOnProviderId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return std::nullopt;
  return found->second.provider;
}

std::vector<SignOnProvider> SignOnProviders::all() const {
  std::vector<SignOnProvider> all;
  const std::shared_lock lock(mutex_);
  for (const auto& [id, held] : held_) all.push_back(held.provider);
  return all;
}

// Of groups by their claim values; of users who are known by their accounts there, or whom anybody
// becomes who comes with their name.
Status SignOnProviders::need_all_within_reach(const Asker& asker,
                                              const SignOnSettings& settings) const {
  for (const Group& group : parts_.groups.all()) {
    const bool is_told = !group.claim_value.empty() && !settings.groups_claim.empty();
    if (is_told) STRONGROOM_CHECK(need_all(asker, parts_.groups.grants_of(group.id)));
  }
  if (settings.links_existing) {
    for (const User& user : parts_.users.all()) {
      STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(user.id)));
    }
  }
  using Accounts = std::vector<storage::SignOnAccountRow>;
  STRONGROOM_TRY(const Accounts accounts,
                 storage::read<Accounts>(context_.store, [&](storage::Snapshot& snapshot) {
                   return storage::sign_on_accounts_at(snapshot, settings.issuer);
                 }));
  for (const storage::SignOnAccountRow& account : accounts) {
    STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(UserId{account.user_id})));
  }
  return {};
}

Status SignOnProviders::seal(const oauth::ConsumerSecret& secret, SignOnProviderRow& row) {
  STRONGROOM_CHECK(check_secret(secret));
  STRONGROOM_TRY(row.sealed_secret, seal_secret(sealer_, row, secret));
  return {};
}

Result<SignOnProvider> SignOnProviders::create(const Asker& asking, SignOnSettings settings,
                                               const oauth::ConsumerSecret& secret) {
  STRONGROOM_CHECK(need(asking, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(settings, checked(std::move(settings)));
  STRONGROOM_CHECK(check_secret(secret));
  STRONGROOM_CHECK(need_all_within_reach(asking, settings));
  STRONGROOM_TRY(const auto metadata, parts_.issuers.read(settings));
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_all_within_reach(asker, settings));
  if (all().size() >= kMost) {
    return Error{Code::kConflict, "There are 20 providers already.", {}, "too_many"};
  }
  const WallTime now = context_.clock.now();
  SignOnProviderRow row;
  row.id = crypto::make_uuid(now, context_.random);
  row.created_at = row.updated_at = now;
  write(settings, metadata, row);
  STRONGROOM_CHECK(seal(secret, row));
  STRONGROOM_TRY(row.mac, sign_on_mac(context_.sealer, row));
  STRONGROOM_TRY(const SignOnProvider provider, identity::read(row));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::insert_sign_on_provider(tx, row));
    tx.on_commit([this, row, provider] { put(row, provider); });
    return context_.trail.record_change(
        tx, change_event(context_, asker, Action::kSignOnProviderCreated, row.id, row.label));
  });
  STRONGROOM_CHECK(written);
  return provider;
}

Result<SignOnProvider> SignOnProviders::update(const Asker& asking, SignOnProviderId id,
                                               std::int64_t expected, SignOnSettings settings,
                                               const oauth::ConsumerSecret* secret) {
  STRONGROOM_CHECK(need(asking, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(settings, checked(std::move(settings)));
  const auto before = find(id);
  if (!before) return no_such_provider();
  const bool same_place = secret_destination(before->settings) == secret_destination(settings);
  if (secret == nullptr && !same_place) {
    return Error{Code::kInvalidArgument,
                 "Enter the client secret again: it was entered for another issuer, CA or address."}
        .at("/client_secret");
  }
  STRONGROOM_CHECK(need_all_within_reach(asking, settings));
  STRONGROOM_TRY(const auto metadata, parts_.issuers.read(settings));
  if (secret == nullptr && oauth::moves_sign_in(before->metadata, metadata)) {
    return Error{Code::kInvalidArgument,
                 "Enter the client secret again: the issuer's metadata leads elsewhere than when "
                 "it was entered."}
        .at("/client_secret");
  }
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_all_within_reach(asker, settings));
  return storage::write<SignOnProvider>(
      context_.store, [&](Transaction& tx) -> Result<SignOnProvider> {
        STRONGROOM_TRY(auto row, storage::find_sign_on_provider(tx, id.uuid));
        if (!row) return no_such_provider();
        STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
        if (!genuine) {
          return Error{Code::kCorrupt, "Settings of single sign-on were changed from outside."};
        }
        STRONGROOM_CHECK(check_revision(row->revision, expected));
        write(settings, metadata, *row);
        row->revision += 1;
        row->updated_at = context_.clock.now();
        auto event =
            change_event(context_, asker, Action::kSignOnProviderUpdated, row->id, row->label);
        event.fields = changed_fields(before->settings, settings);
        if (secret != nullptr) {
          row->secret_generation += 1;
          STRONGROOM_CHECK(seal(*secret, *row));
          event.fields.emplace_back("client_secret");
        }
        STRONGROOM_TRY(row->mac, sign_on_mac(context_.sealer, *row));
        STRONGROOM_TRY(SignOnProvider provider, identity::read(*row));
        STRONGROOM_CHECK(storage::update_sign_on_provider(tx, *row));
        tx.on_commit([this, changed = *row, provider] { put(changed, provider); });
        STRONGROOM_CHECK(context_.trail.record_change(tx, event));
        return provider;
      });
}

Status SignOnProviders::remove(const Asker& asking, SignOnProviderId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const auto provider = find(id);
  if (!provider) return no_such_provider();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::delete_sign_on_provider(tx, id.uuid));
    tx.on_commit([this, id] {
      const std::unique_lock lock(mutex_);
      held_.erase(id);
    });
    return context_.trail.record_change(
        tx, change_event(context_, asker, Action::kSignOnProviderDeleted, id.uuid,
                         provider->settings.label));
  });
}

Status SignOnProviders::reseal(const crypto::KeyId& old) {
  const Exclusive exclusive(context_, server_itself());
  for (const SignOnProvider& provider : all()) {
    const Status written = context_.store.write([&](Transaction& tx) -> Status {
      STRONGROOM_TRY(auto row, storage::find_sign_on_provider(tx, provider.id.uuid));
      if (!row || crypto::Sealer::key_of(row->sealed_secret) != old) return {};
      STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
      if (!genuine) return {};  // nobody signs in by it; its seal is not worth a new MAC
      STRONGROOM_CHECK(reseal_secret(sealer_, *row));
      STRONGROOM_TRY(row->mac, sign_on_mac(context_.sealer, *row));
      STRONGROOM_CHECK(storage::update_sign_on_provider(tx, *row));
      tx.on_commit([this, changed = *row, provider] { put(changed, provider); });
      return {};
    });
    STRONGROOM_CHECK(written);
  }
  return {};
}

Result<SignOnCheck> SignOnProviders::test(const Asker& asker, SignOnProviderId id) {
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const auto provider = find(id);
  if (!provider) return no_such_provider();
  SignOnCheck check = parts_.issuers.check(*provider);
  auto event = change_event(context_, asker, Action::kSignOnProviderTested, id.uuid,
                            provider->settings.label);
  if (!check.failed.empty()) {
    event.outcome = audit::Outcome::kFailure;
    event.reason = check.cause;
  }
  const Status written = context_.store.write(
      [&](Transaction& tx) { return context_.trail.record_change(tx, event); });
  STRONGROOM_CHECK(written);
  return check;
}

Result<oauth::ConsumerSecret> SignOnProviders::secret_of(SignOnProviderId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return no_such_provider();
  return open_secret(context_.sealer, found->second.row);
}

void SignOnProviders::put(const SignOnProviderRow& row, const SignOnProvider& provider) {
  const std::unique_lock lock(mutex_);
  held_.insert_or_assign(provider.id, Held{row, provider});
}

}  // namespace strongroom::identity
