#include "audit/trail.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "audit/counted_event.h"
#include "audit/trail_writer.h"
#include "crypto/encoding.h"

namespace strongroom::audit {
namespace {

constexpr std::size_t kMaxPage = 1000;

Error scanning() {
  return Error{Code::kUnavailable,
               "Another filtered list of the audit trail is being made; ask again.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

// ,"name":"text" as to_json() writes it, for a text that needs no escapes.
std::string member(std::string_view name, std::string_view text) {
  std::string out(",\"");
  return out.append(name).append("\":\"").append(text).append("\"");
}

std::string hex_of(std::string_view bytes) { return crypto::hex(std::as_bytes(std::span(bytes))); }

// Takes the body out of `row`.
Trail::Entry entry_of(storage::EventRow& row) {
  return {row.sequence, std::move(row.body), hex_of(row.hash)};
}

Status add_id(std::vector<std::string>& fragments, std::string_view name, const std::string& text) {
  if (text.empty()) return {};
  const std::optional<Uuid> id = Uuid::parse(text);
  if (!id) return Error{Code::kInvalidArgument, "This is not an id."}.at(std::string(name));
  fragments.push_back(member(name, id->text()));
  return {};
}

Status add_outcome(std::vector<std::string>& fragments, const std::string& text) {
  if (text.empty()) return {};
  for (const Outcome known : {Outcome::kSuccess, Outcome::kDenied, Outcome::kFailure}) {
    if (text != to_text(known)) continue;
    fragments.push_back(member("outcome", text));
    return {};
  }
  return Error{Code::kInvalidArgument, "There is no such outcome."}.at("outcome");
}

Status add_action(std::vector<std::string>& fragments, const std::string& text) {
  if (text.empty()) return {};
  if (!action_from_text(text)) {
    return Error{Code::kInvalidArgument, "There is no such action."}.at("action");
  }
  fragments.push_back(member("action", text));
  return {};
}

Result<storage::EventFilter> filter_of(const Trail::Query& query) {
  storage::EventFilter filter{.before_sequence = query.before_sequence,
                              .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  filter.window = {.position = kTimePosition,
                   .length = kTimeLength,
                   .from = query.since ? rfc3339_millis(*query.since) : std::string(),
                   .before = query.until ? rfc3339_millis(*query.until) : std::string()};
  STRONGROOM_CHECK(add_action(filter.fragments, query.action));
  STRONGROOM_CHECK(add_outcome(filter.fragments, query.outcome));
  STRONGROOM_CHECK(add_id(filter.fragments, "subject_id", query.subject_id));
  STRONGROOM_CHECK(add_id(filter.fragments, "actor_id", query.actor_id));
  STRONGROOM_CHECK(add_id(filter.fragments, "project_id", query.project_id));
  if (!query.fingerprint.empty()) {
    filter.fragments.push_back(member("fingerprint", query.fingerprint));
  }
  filter.words = query.words;
  filter.after_sequence = query.after_sequence;
  if (query.projects) {
    filter.projects.emplace();
    for (const Uuid& id : *query.projects) filter.projects->push_back(id.text());
  }
  return filter;
}

}  // namespace

class Trail::Impl {
 public:
  Impl(const TrailOptions& options, storage::Store& state, const Clock& clock, Log& log)
      : options_(options), state_(state), clock_(clock), log_(log) {}

  Status start() {
    STRONGROOM_TRY(Chain opened, Chain::open({.path = options_.path,
                                              .vfs = options_.vfs,
                                              .on_fsync =
                                                  [this](std::chrono::nanoseconds took) {
                                                    ++numbers.fsyncs;
                                                    numbers.fsync_times.note(took);
                                                  }},
                                             log_));
    chain.emplace(std::move(opened));
    writer = std::make_unique<TrailWriter>(*chain, state_, clock_, log_, numbers, options_);
    STRONGROOM_CHECK(writer->move_leftovers());
    std::optional<storage::CheckpointRow> checkpoint;
    STRONGROOM_CHECK(chain->log().read([&](storage::Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(checkpoint, storage::last_checkpoint(snapshot));
      return {};
    }));
    writer->start(checkpoint ? checkpoint->sequence : 0);
    return {};
  }

  // The writer stops before what it writes to goes.
  TrailWriter::Numbers numbers;
  std::optional<Chain> chain;
  std::unique_ptr<TrailWriter> writer;
  std::mutex scan;              // held by the one filtered list
  std::mutex scan_of_projects;  // and by the one of somebody who reads some projects alone

 private:
  const TrailOptions options_;
  storage::Store& state_;
  const Clock& clock_;
  Log& log_;
};

Trail::Trail(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trail::~Trail() = default;

Result<std::unique_ptr<Trail>> Trail::open(const TrailOptions& options, storage::Store& state,
                                           const Clock& clock, Log& log) {
  auto impl = std::make_unique<Impl>(options, state, clock, log);
  STRONGROOM_CHECK(impl->start());
  return std::unique_ptr<Trail>(new Trail(std::move(impl)));
}

void Trail::append(const Event& event, Done done) {
  const Uuid counted = event.counts_use ? event.key_id : Uuid{};
  impl_->writer->push({event.id, to_json(event), std::move(done), counted});
}

void Trail::append(const Event& event, const Event& beside, Done done) {
  const Uuid counted = event.counts_use ? event.key_id : Uuid{};
  impl_->writer->push({event.id, to_json(event), std::move(done), counted,
                       TrailWriter::Text{beside.id, to_json(beside)}});
}

void Trail::append_counted(const Event& event, std::int64_t count, Done done) {
  impl_->writer->push({event.id, to_json(event, count), std::move(done)});
}

void Trail::gather(const std::function<void()>& work) {
  const TrailWriter::Gathering gathering(*impl_->writer);
  work();
}

Status Trail::record_change(storage::Transaction& tx, const Event& event) {
  STRONGROOM_CHECK(storage::insert_outbox_row(tx, {event.id, event.at, to_json(event)}));
  tx.on_commit([writer = impl_->writer.get()] { writer->outbox_filled(); });
  return {};
}

bool Trail::writable() const { return impl_->writer->writable(); }

Result<std::vector<Trail::KeyUses>> Trail::key_uses() {
  std::vector<KeyUses> uses;
  STRONGROOM_CHECK(impl_->chain->log().read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto rows, storage::key_uses(snapshot));
    for (const storage::KeyUseRow& row : rows) uses.push_back({row.key_id, row.uses});
    return {};
  }));
  return uses;
}

Status Trail::flush() { return impl_->writer->flush(); }

TrailCounters Trail::counters() const {
  const TrailWriter::Numbers& numbers = impl_->numbers;
  return {.events = numbers.events,
          .commits = numbers.commits,
          .fsyncs = numbers.fsyncs,
          .failures = numbers.failures,
          .queued = impl_->writer->queued(),
          .fsync_times = numbers.fsync_times.counts()};
}

Result<Trail::Page> Trail::list(const Query& query) {
  STRONGROOM_TRY(storage::EventFilter filter, filter_of(query));
  const std::size_t wanted = filter.limit++;  // one more tells whether this is the last page
  // A filter reads the whole trail: a few of them at once would keep every worker from other work.
  // Who reads some projects alone walks it always, and is not in the way of those who read all.
  std::unique_lock one_scan(filter.projects ? impl_->scan_of_projects : impl_->scan,
                            std::defer_lock);
  const bool is_scan = filter.projects || !filter.fragments.empty() || !filter.words.empty();
  if (is_scan && !one_scan.try_lock()) return scanning();
  Page page;
  STRONGROOM_CHECK(impl_->chain->log().read([&](storage::Snapshot& snapshot) -> Status {
    if (!filter.after_sequence) {
      STRONGROOM_TRY(page.total, storage::count_events(snapshot, filter));
    }
    STRONGROOM_TRY(std::vector<storage::EventRow> rows, storage::list_events(snapshot, filter));
    page.more = rows.size() > wanted;
    if (page.more) rows.pop_back();
    for (storage::EventRow& row : rows) {
      page.entries.push_back(entry_of(row));
    }
    return {};
  }));
  return page;
}

bool narrows(const Trail::Query& query) {
  return !query.action.empty() || !query.subject_id.empty() || !query.actor_id.empty() ||
         !query.project_id.empty() || !query.outcome.empty() || !query.fingerprint.empty() ||
         !query.words.empty() || query.projects || query.since || query.until ||
         query.before_sequence > 0;
}

Result<std::vector<Trail::Link>> Trail::after(std::int64_t sequence, std::size_t limit) {
  std::vector<Link> links;
  STRONGROOM_CHECK(impl_->chain->log().read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(auto rows, storage::events_after(snapshot, sequence, limit));
    STRONGROOM_TRY(auto checkpoints, storage::checkpoints_after(snapshot, sequence, limit));
    auto next = checkpoints.begin();
    for (storage::EventRow& row : rows) {
      while (next != checkpoints.end() && next->sequence < row.sequence) ++next;
      const bool has_one = next != checkpoints.end() && next->sequence == row.sequence;
      links.push_back({entry_of(row), has_one ? std::move(next->text) : std::string()});
    }
    return {};
  }));
  return links;
}

Result<Trail::Standing> Trail::standing() {
  Standing standing;
  STRONGROOM_CHECK(impl_->chain->log().read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(standing.events, storage::count_events(snapshot, {}));
    STRONGROOM_TRY(const auto last, storage::last_events(snapshot, 1));
    STRONGROOM_TRY(standing.checkpoints, storage::count_checkpoints(snapshot));
    STRONGROOM_TRY(const auto checkpoint, storage::last_checkpoint(snapshot));
    if (checkpoint) standing.last_checkpoint = checkpoint->text;
    STRONGROOM_TRY(const auto start, storage::trail_start(snapshot));
    if (start) {
      standing.start = start->sequence;
      standing.start_hash = hex_of(start->hash);
      STRONGROOM_TRY(const auto signed_start,
                     storage::checkpoints_after(snapshot, start->sequence - 1, 1));
      if (!signed_start.empty()) standing.start_checkpoint = signed_start.front().text;
    }
    if (last.empty()) return {};
    standing.last_sequence = last.front().sequence;
    standing.first_sequence = standing.last_sequence - standing.events + 1;
    standing.head = hex_of(last.front().hash);
    return {};
  }));
  return standing;
}

Result<std::int64_t> Trail::expire(WallTime edge, const Event& event) {
  const storage::EventFilter::Window window{
      .position = kTimePosition, .length = kTimeLength, .from = {}, .before = rfc3339_millis(edge)};
  std::optional<storage::CheckpointRow> last;
  std::int64_t start = 0;
  STRONGROOM_CHECK(impl_->chain->log().read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(last, storage::last_checkpoint_before(snapshot, window));
    STRONGROOM_TRY(const auto row, storage::trail_start(snapshot));
    if (row) start = row->sequence;
    return {};
  }));
  Expiry expiry;
  if (last && last->sequence > start) {
    STRONGROOM_TRY(const Checkpoint checkpoint, read_checkpoint(last->text));
    expiry = {checkpoint.head, event.id, to_json(event, checkpoint.head.sequence)};
  }
  // Also without a new start: what a stop left of the last removal goes now.
  return impl_->writer->expire(std::move(expiry));
}

}  // namespace strongroom::audit
