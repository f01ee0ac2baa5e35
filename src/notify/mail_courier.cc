#include "notify/mail_courier.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/digest.h"
#include "http/mail_message.h"
#include "notify/delivery.h"
#include "notify/mail_text.h"
#include "oauth/failure_causes.h"
#include "vault/mortality.h"

namespace strongroom::notify {
namespace {

namespace json = boost::json;
using storage::NotificationDeliveryRow;
using storage::Snapshot;
using storage::Transaction;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string())
                                                  : std::string();
}

std::string name_in(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_object() ? text_of(member->get_object(), "name")
                                                  : std::string();
}

template <class Kind>
const Kind* member(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  if (found == nullptr) return nullptr;
  if constexpr (std::is_same_v<Kind, json::object>) {
    return found->if_object();
  } else {
    return found->if_array();
  }
}

// What a cause says to people.
std::string in_words(const std::string& cause) {
  if (const oauth::CauseFacts* const facts = oauth::find_cause(cause)) {
    return std::string(facts->message.view());
  }
  const auto end = vault::end_cause_from_text(cause);
  if (!end) return cause;
  switch (*end) {
    case vault::EndCause::kNoRefreshToken:
      return "nothing renews its access token";
    case vault::EndCause::kRefreshIdle:
      return "its refresh token ends unless it is used";
    case vault::EndCause::kRefreshAbsolute:
      return "its refresh token ends, however often it is used";
    case vault::EndCause::kCredential:
      return "the last secret or certificate of the target system ends";
  }
  return cause;
}

MailLine line_of(const json::object& data, const json::object& affected) {
  MailLine line{.client = text_of(affected, "label"),
                .project = name_in(data, "project"),
                .target_system = name_in(affected, "target_system"),
                .url = text_of(affected, "url")};
  if (const std::string cause = text_of(affected, "cause"); !cause.empty()) {
    line.cause = in_words(cause);
  }
  line.ends_at = parse_rfc3339(text_of(affected, "ends_at"));
  return line;
}

// The same mail has the same id however often it is sent; with anything else in it, another one.
Uuid mail_id(const std::vector<NotificationDeliveryRow>& rows) {
  std::string ids;
  ids.reserve(rows.size() * 16);
  for (const NotificationDeliveryRow& row : rows) ids.append(row.id.raw());
  const crypto::Sha256Digest digest = crypto::sha256(ids);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), 16);
  return *Uuid::from_bytes(bytes);
}

// The events are our own: cloud_event() wrote them, and a MAC says so.
Result<MailNotice> notice_of(const NotificationDeliveryRow& row) {
  const auto damaged = [] { return Error{Code::kCorrupt, "A notification is damaged."}; };
  STRONGROOM_TRY(const json::value event, parse_json(row.body));
  const json::object* const data =
      event.is_object() ? member<json::object>(event.get_object(), "data") : nullptr;
  const json::array* const affected = data ? member<json::array>(*data, "affected") : nullptr;
  if (affected == nullptr) return damaged();
  MailNotice notice{.event = text_of(*data, "event"), .lines = {}, .more = 0};
  for (const json::value& one : *affected) {
    if (!one.is_object()) return damaged();
    notice.lines.push_back(line_of(*data, one.get_object()));
  }
  const json::value* const count = data->if_contains("count");
  if (count != nullptr && count->is_int64() &&
      std::cmp_greater(count->get_int64(), notice.lines.size())) {
    notice.more = static_cast<std::size_t>(count->get_int64()) - notice.lines.size();
  }
  return notice;
}

http::MailFailure unsendable(LiteralText message, std::string detail) {
  return {
      .trouble = http::MailTrouble::kRecipient, .message = message, .detail = std::move(detail)};
}

}  // namespace

DeliveryCounters MailCourier::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

Status MailCourier::go_on() {
  const WallTime now = parts_.context.clock.now();
  using Recipients = std::vector<std::string>;
  STRONGROOM_TRY(const Recipients recipients,
                 storage::read<Recipients>(parts_.context.store, [&](Snapshot& snapshot) {
                   return storage::due_mail_recipients(snapshot, now, kRecipientsAtOnce);
                 }));
  for (const std::string& recipient : recipients) {
    STRONGROOM_TRY(const Rows rows, next_of(recipient));
    if (rows.empty()) continue;
    const http::MailResult result = send(rows);
    // A server that stops tells the same after its next start.
    if (!result && result.error().trouble == http::MailTrouble::kStopped) return {};
    STRONGROOM_CHECK(write_down(rows, result));
  }
  return {};
}

// What was tried together before goes together again; what was not tried yet is one mail as well.
Result<MailCourier::Rows> MailCourier::next_of(const std::string& recipient) {
  const WallTime now = parts_.context.clock.now();
  STRONGROOM_TRY(Rows rows, storage::read<Rows>(parts_.context.store, [&](Snapshot& snapshot) {
                   return storage::waiting_mails(snapshot, recipient, now, kMostInOne);
                 }));
  const auto due = std::ranges::find_if(
      rows, [&](const NotificationDeliveryRow& row) { return *row.next_try_at <= now; });
  if (due == rows.end()) return Rows();
  const std::optional<WallTime> tried = due->first_tried_at;
  std::erase_if(rows, [&](const NotificationDeliveryRow& row) {
    return row.first_tried_at != tried || (tried && *row.next_try_at > now);
  });
  return rows;
}

http::MailResult MailCourier::send(const Rows& rows) {
  const std::string& recipient = rows.front().recipient;
  if (!http::is_mail_address(recipient)) {
    return tl::make_unexpected(
        unsendable("The owner's address is none that mail can be sent to.", recipient));
  }
  std::vector<MailNotice> notices;
  notices.reserve(rows.size());
  for (const NotificationDeliveryRow& row : rows) {
    const Status genuine = check_delivery(parts_.context.sealer, row);
    auto notice = genuine ? notice_of(row) : Result<MailNotice>(genuine.error());
    if (!notice) {
      return tl::make_unexpected(unsendable("What was to be told is damaged.", row.id.text()));
    }
    notices.push_back(*std::move(notice));
  }
  const MailText text = mail_text(notices);
  auto message = http::mail_message({.from = parts_.from,
                                     .to = recipient,
                                     .subject = text.subject,
                                     .body = text.body,
                                     .date = parts_.context.clock.now(),
                                     .id = mail_id(rows)});
  if (!message) {
    return tl::make_unexpected(
        unsendable("The mail could not be written.", message.error().detail));
  }
  return parts_.send({.from = parts_.from, .to = recipient, .text = *std::move(message)});
}

Status MailCourier::write_down(const Rows& rows, const http::MailResult& result) {
  if (!result) {
    parts_.context.log.failed("A mail was not taken.", result.error().error());
  }
  DeliveryCounters counted;
  const WallTime now = parts_.context.clock.now();  // the same for all that went together
  const Status written = parts_.context.store.write([&](Transaction& tx) -> Status {
    counted = {};
    for (const NotificationDeliveryRow& row : rows) {
      STRONGROOM_CHECK(settle(tx, row.id, now, result, counted));
    }
    return {};
  });
  STRONGROOM_CHECK(written);
  const std::lock_guard lock(mutex_);
  counters_ += counted;
  return {};
}

Status MailCourier::settle(Transaction& tx, const Uuid& id, WallTime now,
                           const http::MailResult& result, DeliveryCounters& counted) {
  if (result) {
    counted.taken += 1;
    STRONGROOM_TRY([[maybe_unused]] const bool there,
                   storage::delete_notification_delivery(tx, id));
    return {};
  }
  return note_failure(parts_.context, tx, id, now,
                      {.what = std::string(result.error().message.view()),
                       .final_reason = result.error().is_final() ? "refused" : ""},
                      counted);
}

}  // namespace strongroom::notify
