#include "vault/own_providers.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "catalogue/embedded_files.h"
#include "catalogue/provider_check.h"
#include "storage/target_system_rows.h"
#include "vault/change_event.h"
#include "vault/own_provider_rules.h"
#include "vault/provider_file_mac.h"
#include "vault/refresh_plan.h"
#include "vault/row_mac.h"
#include "vault/target_system_entries.h"

namespace strongroom::vault {
namespace {

using catalogue::EditionPtr;
using catalogue::OwnEntries;
using catalogue::ProviderFile;
using storage::ProviderFileRow;
using storage::Transaction;

constexpr std::int64_t kSystemsAtOnce = 50;  // that are looked at in one transaction

std::vector<ProviderFile> files_of(const OwnEntries& own) {
  std::vector<ProviderFile> files;
  files.reserve(own.size());
  for (const auto& [id, file] : own) files.push_back(file);
  return files;
}

Result<std::optional<ProviderFileRow>> stored_row(storage::Snapshot& snapshot, std::string_view id,
                                                  std::optional<Revision> expected) {
  STRONGROOM_TRY(auto row, storage::find_provider_file(snapshot, id));
  const bool is_expected = row ? expected == row->revision : !expected;
  if (!is_expected) return provider_changed_meanwhile();
  return row;
}

}  // namespace

// One replacement: of what by what, and which entries it is about.
struct OwnProviders::Change {
  EditionPtr before;
  EditionPtr after;
  std::vector<std::string> ids;
};

// Adds an entry of the API that nothing speaks against; others are told of and left out, but a file
// that came while the server runs must not take the place of one.
Status OwnProviders::add_stored(const ProviderFileRow& row, bool at_start, OwnEntries& own) const {
  const auto leave_out = [&](LiteralText why, const Error& error) -> Status {
    context_.log.failed(why, error, {{"service_provider", std::string_view(row.id)}});
    return {};
  };
  if (const Status sound = check_mac(context_.sealer, row); !sound) {
    return leave_out("A service provider was forged or damaged; it is not used.", sound.error());
  }
  const auto report = catalogue::check_own_provider_text(row.text, row.id);
  if (!report.problems.empty()) {
    return leave_out("A service provider is not valid with this version; it is not used.",
                     invalid_provider_file(report));
  }
  const bool is_built_in = catalogue::is_built_in(row.id);
  const auto file = own.find(row.id);
  if (!is_built_in && file == own.end()) {
    own.emplace(row.id, ProviderFile{.path = {}, .text = row.text});
    return {};
  }
  Error error = is_built_in ? id_is_built_in() : id_is_of_a_file();
  if (!is_built_in) error.detail = file->second.path + ":1: " + row.id;
  if (!is_built_in && !at_start) return error;
  return leave_out("A service provider has the id of another one; it is not used.", error);
}

// The files, and the entries of the API.
Result<OwnEntries> OwnProviders::read(bool at_start) const {
  std::vector<ProviderFile> files;
  if (!directory_.empty()) {
    STRONGROOM_TRY(files, catalogue::own_provider_files(directory_));
  }
  STRONGROOM_TRY(const EditionPtr of_files, catalogue::Catalogue::edition_with(files));
  OwnEntries own = of_files->own;
  using Found = std::vector<ProviderFileRow>;
  STRONGROOM_TRY(const Found rows,
                 storage::read<Found>(context_.store, [](storage::Snapshot& snapshot) {
                   return storage::all_provider_files(snapshot);
                 }));
  for (const ProviderFileRow& row : rows) STRONGROOM_CHECK(add_stored(row, at_start, own));
  return own;
}

Status OwnProviders::load() {
  STRONGROOM_TRY(const OwnEntries own, read(/*at_start=*/true));
  STRONGROOM_TRY(EditionPtr edition, catalogue::Catalogue::edition_with(files_of(own)));
  catalogue_.replace(std::move(edition));
  return {};
}

Status OwnProviders::replace_on_commit(Transaction& tx, const Actor& actor, const Change& change) {
  for (const std::string& id : change.ids) {
    const auto before = change.before->own.find(id);
    const auto after = change.after->own.find(id);
    const bool was = before != change.before->own.end();
    const bool is = after != change.after->own.end();
    std::vector<std::string> digests;
    if (was) digests.push_back("before " + digest_of(before->second.text));
    if (is) digests.push_back("after " + digest_of(after->second.text));
    std::string_view reason = was ? "changed" : "added";
    if (!is) reason = "removed";
    STRONGROOM_CHECK(record(context_, tx, actor,
                            {.action = audit::Action::kServerSettingChanged,
                             .subject = {},
                             .name = "service_provider " + id,
                             .fields = std::move(digests),
                             .reason = reason}));
  }
  tx.on_commit([this, after = change.after] { catalogue_.replace(after); });
  return {};
}

// Before it is written: a write that fails may have been made all the same.
void OwnProviders::note_unsettled(const Change& change) {
  untold_ = true;
  unsettled_.insert(change.ids.begin(), change.ids.end());
}

Status OwnProviders::reload() {
  const std::scoped_lock lock(mutex_);
  STRONGROOM_TRY(const OwnEntries own, read(/*at_start=*/false));
  Change change{.before = catalogue_.edition(), .after = {}, .ids = {}};
  STRONGROOM_TRY(change.after, catalogue::Catalogue::edition_with(files_of(own)));
  change.ids = changed_ids(change.before->own, change.after->own);
  if (change.ids.empty()) {
    context_.log.info("The service providers are as before.");
    return settle_locked();
  }
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Actor server{.kind = audit::ActorKind::kServer};
  note_unsettled(change);
  const Status written =
      context_.store.write([&](Transaction& tx) { return replace_on_commit(tx, server, change); });
  STRONGROOM_CHECK(written);
  STRONGROOM_CHECK(settle_locked());
  context_.log.info("Service providers were replaced by those of the directory.",
                    {{"changed", static_cast<std::int64_t>(change.ids.size())}});
  return {};
}

Result<ProviderDocument> OwnProviders::find(const Actor& actor, std::string_view id) const {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  const EditionPtr edition = catalogue_.edition();
  ProviderDocument document{.text = {}, .origin = origin_of(*edition, id)};
  if (document.origin == ProviderOrigin::kBuiltIn) {
    const auto text = catalogue::built_in_text(id);
    if (!text) return no_such_provider();
    document.text = *text;
    return document;
  }
  document.text = edition->own.find(id)->second.text;
  if (document.origin == ProviderOrigin::kFile) return document;
  return storage::read<ProviderDocument>(
      context_.store, [&](storage::Snapshot& snapshot) -> Result<ProviderDocument> {
        STRONGROOM_TRY(const auto row, storage::find_provider_file(snapshot, id));
        if (!row) return no_such_provider();
        document.text = row->text;
        document.revision = row->revision;
        return document;
      });
}

Status OwnProviders::check_put(const std::string& id, std::string_view text) const {
  if (catalogue::is_built_in(id)) return id_is_built_in();
  const EditionPtr now = catalogue_.edition();
  if (origin_of(*now, id) == ProviderOrigin::kFile) return id_is_of_a_file();
  if (!now->own.contains(id) && now->own.size() >= kMost) {
    return Error{Code::kConflict, "There are 1,000 service providers of your own already."};
  }
  if (text.size() > catalogue::kMaxProviderFileBytes) {
    return Error{Code::kInvalidArgument, "A service provider file is 64 KiB long at most."};
  }
  const auto report = catalogue::check_own_provider_text(text, id);
  if (!report.problems.empty()) return invalid_provider_file(report);
  return {};
}

Result<ProviderDocument> OwnProviders::put(const Actor& actor, std::string_view id,
                                           std::string text, std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kApproveDestination));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const std::scoped_lock lock(mutex_);
  const WallTime now = context_.clock.now();
  ProviderFileRow row{
      .id = std::string(id), .text = std::move(text), .created_at = now, .updated_at = now};
  STRONGROOM_CHECK(check_put(row.id, row.text));
  Change change{.before = catalogue_.edition(), .after = {}, .ids = {row.id}};
  OwnEntries own = change.before->own;
  own.insert_or_assign(row.id, ProviderFile{.path = {}, .text = row.text});
  STRONGROOM_TRY(change.after, catalogue::Catalogue::edition_with(files_of(own)));
  note_unsettled(change);
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto stored, stored_row(tx, row.id, expected));
    if (stored) {
      row.revision = stored->revision + 1;
      row.created_at = stored->created_at;
    }
    STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
    STRONGROOM_CHECK(storage::put_provider_file(tx, row));
    return replace_on_commit(tx, actor, change);
  });
  STRONGROOM_CHECK(written);
  STRONGROOM_CHECK(settle_locked());
  return ProviderDocument{
      .text = std::move(row.text), .origin = ProviderOrigin::kApi, .revision = row.revision};
}

// One that was left out can be removed whoever has its id.
Status OwnProviders::remove(const Actor& actor, std::string_view id,
                            std::optional<Revision> expected) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kApproveDestination));
  const std::scoped_lock lock(mutex_);
  Change change{.before = catalogue_.edition(), .after = {}, .ids = {std::string(id)}};
  const ProviderOrigin origin = origin_of(*change.before, id);
  OwnEntries own = change.before->own;
  if (origin == ProviderOrigin::kApi) own.erase(change.ids.front());
  STRONGROOM_TRY(change.after, catalogue::Catalogue::edition_with(files_of(own)));
  note_unsettled(change);
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto stored, storage::find_provider_file(tx, id));
    if (!stored) return nothing_to_remove(id, origin);
    if (expected && *expected != stored->revision) return provider_changed_meanwhile();
    if (origin == ProviderOrigin::kApi) STRONGROOM_CHECK(check_unused(tx, actor, id));
    STRONGROOM_CHECK(storage::delete_provider_file(tx, id));
    return replace_on_commit(tx, actor, change);
  });
  STRONGROOM_CHECK(written);
  return settle_locked();
}

Status OwnProviders::settle() {
  const std::scoped_lock lock(mutex_);
  return settle_locked();
}

Status OwnProviders::settle_locked() {
  if (untold_ && replaced_) STRONGROOM_CHECK(replaced_(*catalogue_.edition()));
  untold_ = false;
  while (!unsettled_.empty()) {
    STRONGROOM_CHECK(settle_systems_of(*unsettled_.begin()));
    unsettled_.erase(unsettled_.begin());
  }
  return {};
}

// What other transactions found before the entry was replaced they put into the index before this
// does, because the commits come one after another.
Status OwnProviders::settle_systems_of(const std::string& id) {
  Uuid after;
  for (bool is_more = true; is_more;) {
    const Status written = context_.store.write([&](Transaction& tx) -> Status {
      STRONGROOM_TRY(const auto uses, storage::provider_uses(tx, id, after, kSystemsAtOnce));
      is_more = std::cmp_equal(uses.size(), kSystemsAtOnce);
      for (const storage::ProviderUseRow& use : uses) {
        after = use.target_system_id;
        STRONGROOM_TRY(const auto row, storage::find_target_system(tx, after));
        if (!row || !check_mac(context_.sealer, *row)) continue;  // told of at the start
        STRONGROOM_TRY(const auto secrets, storage::consumer_secrets_of(tx, after));
        STRONGROOM_CHECK(put_on_commit(context_, tx, *row, secrets.size()));
        STRONGROOM_CHECK(refresh_clients_again(context_, tx, *row));
      }
      return {};
    });
    STRONGROOM_CHECK(written);
  }
  return {};
}

}  // namespace strongroom::vault
