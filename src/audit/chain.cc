#include "audit/chain.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace strongroom::audit {
namespace {

constexpr std::string_view kGenesis = "strongroom audit chain 1";
constexpr std::string_view kIdMember = "{\"id\":\"";
constexpr std::size_t kUuidLength = 36;

Error broken(LiteralText message, std::int64_t sequence) {
  return Error{Code::kCorrupt, message, "sequence " + std::to_string(sequence)}.with("sequence",
                                                                                     sequence);
}

void append_big_endian(std::string& out, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((static_cast<std::uint64_t>(number) >> shift) & 0xffU));
  }
}

// The column `id` is not hashed; the body, which is, tells it too.
bool tells_its_id(const storage::EventRow& row) {
  const std::string_view body = row.body;
  return body.starts_with(kIdMember) &&
         Uuid::parse(body.substr(kIdMember.size(), kUuidLength)) == row.id;
}

}  // namespace

Result<Head> head_from(std::int64_t sequence, std::string_view hash) {
  Head head{sequence, {}};
  if (hash.size() != head.hash.size()) {
    return broken("a link of the audit trail was changed", sequence);
  }
  std::ranges::transform(hash, head.hash.begin(), [](char c) { return static_cast<std::byte>(c); });
  return head;
}

Head genesis() { return {0, crypto::sha256(kGenesis)}; }

Head next_head(const Head& head, std::string_view body, std::string& scratch) {
  Head next{head.sequence + 1, {}};
  scratch.assign(as_text(head.hash));
  append_big_endian(scratch, next.sequence);
  scratch.append(body);
  next.hash = crypto::sha256(scratch);
  return next;
}

Result<Head> follow(const Head& head, const storage::EventRow& row, std::string& scratch) {
  const Head next = next_head(head, row.body, scratch);
  if (row.sequence != next.sequence) {
    return broken("a link of the audit trail is missing", next.sequence);
  }
  if (row.hash != as_text(next.hash) || !tells_its_id(row)) {
    return broken("a link of the audit trail was changed", next.sequence);
  }
  return next;
}

std::string_view as_text(const crypto::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Whether the last link follows the one before it. The rest is verify()'s work.
Result<Chain> Chain::open(const storage::EventLogOptions& options, Log& log) {
  STRONGROOM_TRY(std::unique_ptr<storage::EventLog> events, storage::EventLog::open(options, log));
  std::vector<storage::EventRow> rows;
  std::optional<storage::TrailStartRow> start;
  STRONGROOM_CHECK(events->read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(rows, storage::last_events(snapshot, 2));
    STRONGROOM_TRY(start, storage::trail_start(snapshot));
    return {};
  }));
  Head head = genesis();
  if (rows.size() == 2) {
    STRONGROOM_TRY(head, head_from(rows.front().sequence, rows.front().hash));
  } else if (start) {
    STRONGROOM_TRY(head, head_from(start->sequence, start->hash));
  }
  std::string scratch;
  if (!rows.empty()) {
    STRONGROOM_TRY(head, follow(head, rows.back(), scratch));
  }
  return Chain(std::move(events), head);
}

Status Chain::begin() {
  next_ = head_;
  return log_->begin();
}

Status Chain::add(const Uuid& id, std::string_view body) {
  const Head next = next_head(next_, body, scratch_);
  STRONGROOM_CHECK(log_->append(next.sequence, id, body, as_text(next.hash)));
  next_ = next;
  return {};
}

Status Chain::add_once(const Uuid& id, std::string_view body) {
  STRONGROOM_TRY(const bool there, log_->contains(id));
  if (there) return {};
  return add(id, body);
}

Status Chain::commit() {
  STRONGROOM_CHECK(log_->commit());
  head_ = next_;
  return {};
}

void Chain::abandon() { log_->rollback(); }

// The head that was answered for must be there. The group that failed may be there after all, as
// more links behind it; they are part of the chain then.
Status Chain::recover() {
  STRONGROOM_CHECK(log_->reopen());
  if (head_.sequence > 0) {
    STRONGROOM_TRY(const auto rows, rows_after(*log_, head_.sequence - 1, 1));
    if (rows.empty() || rows.front().sequence != head_.sequence ||
        rows.front().hash != as_text(head_.hash)) {
      return broken("the end of the audit trail is missing", head_.sequence);
    }
  }
  STRONGROOM_TRY(head_, follow_all(*log_, head_));
  return {};
}

}  // namespace strongroom::audit
