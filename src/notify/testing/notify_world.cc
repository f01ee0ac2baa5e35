#include "notify/testing/notify_world.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"

namespace strongroom::notify {

using vault::answer_of;

NotifyWorld::NotifyWorld() = default;
NotifyWorld::~NotifyWorld() = default;

void NotifyWorld::SetUp() {
  vault::SignInWorld::SetUp();
  make_parts({});
  ASSERT_EQ(read_on(), "");  // from here on
  state("active");
}

void NotifyWorld::make_parts(const MailRecipients& mail) {
  const auto source = [] { return std::string("https://vault.example.org"); };
  targets_ = std::make_unique<Targets>(Targets::Parts{*context_, http_, machine_, source});
  outbox_ = std::make_unique<Outbox>(*context_, mail, source);
  restart();
}

void NotifyWorld::restart() {
  announcer_ = std::make_unique<Announcer>(*context_, *outbox_);
  courier_ = std::make_unique<WebhookCourier>(
      WebhookCourier::Parts{*context_, http_, machine_, [this] { ++woken_; }});
}

TargetId NotifyWorld::target(std::vector<EventKind> events) {
  auto made = targets_->create(admin_, {.name = "target " + std::to_string(++number_),
                                        .url = "https://hooks.example.org/",
                                        .events = std::move(events)});
  EXPECT_TRUE(made) << answer_of(made);
  return made->target.id;
}

void NotifyWorld::happen(audit::Action action, std::string_view reason, Uuid subject,
                         std::string resource) {
  audit::Event event{
      .id = crypto::make_uuid(clock_.now(), random_), .at = clock_.now(), .action = action};
  event.subject_id = subject.is_nil() ? client_.uuid : subject;
  event.reason = reason;
  event.resource = std::move(resource);
  ASSERT_TRUE(
      store_->write([&](storage::Transaction& tx) { return trail_->record_change(tx, event); }));
}

void NotifyWorld::state(const std::string& state) {
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("UPDATE oauth_clients SET state = ? WHERE id = ?",
                                {state, storage::to_value(client_.uuid)}));
    return {};
  }));
}

std::string NotifyWorld::read_on() {
  EXPECT_TRUE(trail_->flush());
  while (true) {
    const auto found = announcer_->go_on();
    if (!found) return answer_of(found.error());
    if (*found == Announcer::Found::kNothing) return "";
  }
}

std::vector<storage::NotificationDeliveryRow> NotifyWorld::waiting() {
  auto page = storage::read<storage::RowPage<storage::NotificationDeliveryRow>>(
      *store_, [](storage::Snapshot& snapshot) {
        return storage::list_notification_deliveries(snapshot, {.limit = 1000});
      });
  return page.value().rows;
}

NotifyWorld::Types NotifyWorld::told() {
  constexpr std::size_t kPrefix = std::string_view("strongroom.oauth_client.").size();
  EXPECT_EQ(read_on(), "");
  Types types;
  for (const auto& row : waiting()) types.push_back(row.event_type.substr(kPrefix));
  std::ranges::sort(types);
  return types;
}

}  // namespace strongroom::notify
