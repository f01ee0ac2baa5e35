#include "notify/announcer.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "audit/event.h"
#include "notify/trouble_record.h"
#include "storage/audit_cursor_rows.h"

namespace strongroom::notify {
namespace {

using audit::Action;
using audit::RecordedEvent;
using storage::Snapshot;
using storage::Transaction;

constexpr std::string_view kCursor = "notifications";
// Reading that much again after a crash is cheaper than noting each step.
constexpr std::int64_t kNotedEach = 10'000;

// What may have to be told. Which of it is, is for TroubleRecord.
constexpr std::array kTold{Action::kRetrievalFailed,        Action::kTokensRetrieved,
                           Action::kAuthorizationCompleted, Action::kOAuthClientTokensImported,
                           Action::kScopesNarrowed,         Action::kTargetSystemAtFault,
                           Action::kTargetSystemAccepted};

bool is_told(std::string_view action) {
  return std::ranges::any_of(kTold, [&](Action one) { return to_text(one) == action; });
}

bool is_success(std::string_view action) {
  return action == to_text(Action::kTokensRetrieved) ||
         action == to_text(Action::kAuthorizationCompleted) ||
         action == to_text(Action::kOAuthClientTokensImported);
}

}  // namespace

Status Announcer::begin() {
  struct Stored {
    std::int64_t cursor = 0;
    std::vector<Uuid> troubled;
  };
  STRONGROOM_TRY(const Stored stored,
                 storage::read<Stored>(context_.store, [](Snapshot& snapshot) -> Result<Stored> {
                   Stored found;
                   STRONGROOM_TRY(found.cursor, storage::audit_cursor(snapshot, kCursor));
                   STRONGROOM_TRY(found.troubled, storage::troubled_clients(snapshot));
                   return found;
                 }));
  troubled_ = {stored.troubled.begin(), stored.troubled.end()};
  STRONGROOM_TRY(const auto standing, context_.trail.standing());
  // A cursor behind the end is of another trail than this one.
  if (stored.cursor == 0 || stored.cursor > standing.last_sequence) return skip_to_the_end();
  cursor_ = noted_ = stored.cursor;
  return {};
}

// What people were told of before counts no more: nobody is told how it went on.
Status Announcer::skip_to_the_end() {
  STRONGROOM_TRY(const auto standing, context_.trail.standing());
  nobody_listened_ = true;
  const bool is_new = !cursor_;
  cursor_ = standing.last_sequence;
  if (!troubled_.empty()) {
    STRONGROOM_CHECK(context_.store.write(
        [](Transaction& tx) { return storage::delete_all_notification_troubles(tx); }));
    troubled_.clear();
  }
  if (is_new || *cursor_ - noted_ >= kNotedEach) return note_cursor(*cursor_);
  return {};
}

// So that a crash does not have it told what happened before.
Status Announcer::listen_again() {
  STRONGROOM_CHECK(note_cursor(*cursor_));
  nobody_listened_ = false;
  return {};
}

Status Announcer::note_cursor(std::int64_t sequence) {
  STRONGROOM_CHECK(context_.store.write(
      [&](Transaction& tx) { return storage::put_audit_cursor(tx, kCursor, sequence); }));
  noted_ = sequence;
  return {};
}

bool Announcer::is_relevant(const RecordedEvent& event) const {
  if (!is_success(event.action)) return true;
  const auto client = Uuid::parse(event.subject_id);
  return client && troubled_.contains(*client);
}

Result<Announcer::Found> Announcer::go_on() {
  if (!cursor_) STRONGROOM_CHECK(begin());
  STRONGROOM_TRY(const bool anybody,
                 storage::read<bool>(context_.store, [this](Snapshot& snapshot) {
                   return outbox_.has_listeners(snapshot);
                 }));
  if (!anybody) {
    STRONGROOM_CHECK(skip_to_the_end());
    return Found::kNothing;
  }
  if (nobody_listened_) STRONGROOM_CHECK(listen_again());
  STRONGROOM_TRY(const auto links, context_.trail.after(*cursor_, kAtOnce));
  if (links.empty()) return Found::kNothing;
  const std::vector<RecordedEvent> events = relevant(links);
  const std::int64_t last = links.back().entry.sequence;
  bool told = false;
  if (!events.empty()) {
    STRONGROOM_TRY(told, tell(events, last));
  } else {
    cursor_ = last;
    if (last - noted_ >= kNotedEach) STRONGROOM_CHECK(note_cursor(last));
  }
  if (links.size() == kAtOnce) return Found::kMore;
  return told ? Found::kTold : Found::kNothing;
}

std::vector<RecordedEvent> Announcer::relevant(const std::vector<audit::Trail::Link>& links) const {
  std::vector<RecordedEvent> events;
  bool failing = false;  // a success behind a failure of this very batch counts as well
  for (const auto& link : links) {
    if (!is_told(audit::action_in(link.entry.json))) continue;
    auto event = audit::read_event(link.entry.json);
    if (!event) {
      context_.log.failed("A damaged event of the audit trail is told to nobody.", event.error(),
                          {{"sequence", link.entry.sequence}});
      continue;
    }
    failing = failing || event->action == to_text(Action::kRetrievalFailed);
    if (failing || is_relevant(*event)) events.push_back(*std::move(event));
  }
  return events;
}

Result<bool> Announcer::tell(const std::vector<RecordedEvent>& events, std::int64_t last) {
  std::map<Uuid, bool> changes;
  bool told = false;
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    TroubleRecord record(tx);
    for (const RecordedEvent& event : events) STRONGROOM_CHECK(record.take(event));
    told = !record.groups().is_empty();
    if (told) {
      STRONGROOM_CHECK(outbox_.put(tx, record.groups().take()));
    }
    changes = record.changes();
    return storage::put_audit_cursor(tx, kCursor, last);
  });
  STRONGROOM_CHECK(written);
  for (const auto& [client, is_troubled] : changes) {
    if (is_troubled) {
      troubled_.insert(client);
    } else {
      troubled_.erase(client);
    }
  }
  cursor_ = noted_ = last;
  return told;
}

}  // namespace strongroom::notify
