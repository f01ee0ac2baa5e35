#include "identity/terminal_sign_ins.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "identity/change.h"

namespace strongroom::identity {
namespace {

// No vowels, so that no word comes out, and letters alone, so that none looks like a digit
// (RFC 8628 section 6.1): 20 to the power of 8 codes, 34 bits.
constexpr std::string_view kAlphabet = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t kLetters = 8;
constexpr std::size_t kLongestHost = 60;

Error too_many(LiteralText message, Seconds wait) {
  return Error{Code::kRateLimited, message, {}, "too_many_attempts"}.with("retry_after",
                                                                          wait.count());
}

Error expired() {
  return Error{Code::kInvalidArgument,
               "This sign-in is over, or its key was fetched. Begin again.",
               {},
               "expired_token"};
}

Error decided() {
  return Error{Code::kConflict,
               "Somebody has approved or denied this sign-in already.",
               {},
               "sign_in_decided"};
}

// "bcdf ghjk" as "BCDFGHJK"; empty: no code looks like that.
std::string letters_of(std::string_view text) {
  std::string letters;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kAlphabet.find(c) == std::string_view::npos || letters.size() == kLetters) return {};
    letters.push_back(c);
  }
  return letters.size() == kLetters ? letters : std::string();
}

std::string with_hyphen(const std::string& letters) {
  return letters.substr(0, kLetters / 2) + "-" + letters.substr(kLetters / 2);
}

// Each letter with the same chance: bytes beyond the last whole alphabet are drawn again.
std::string random_letters(crypto::Random& random) {
  constexpr std::size_t kFair = 256 / kAlphabet.size() * kAlphabet.size();
  std::string letters;
  while (letters.size() < kLetters) {
    std::byte drawn{};
    random.fill(std::span(&drawn, 1));
    const auto number = std::to_integer<std::size_t>(drawn);
    if (number < kFair) letters.push_back(kAlphabet[number % kAlphabet.size()]);
  }
  return letters;
}

}  // namespace

TerminalSignIns::TerminalSignIns(const Context& context, ApiKeys& api_keys)
    : context_(context), api_keys_(api_keys), throttle_(context.clock) {}

bool TerminalSignIns::is_over(const Entry& entry) const {
  return entry.end.left(context_.clock.now(), context_.clock.boot_now()) <= Milliseconds{0};
}

TerminalSignIns::Entry* TerminalSignIns::find_by_code(Entries& entries,
                                                      std::string_view letters) const {
  const auto found = std::ranges::find(entries, letters, &Entry::letters);
  return found == entries.end() || is_over(*found) ? nullptr : &*found;
}

TerminalSignIns::Entry* TerminalSignIns::find_by_device(Entries& entries,
                                                        const crypto::Sha256Digest& device) const {
  const auto found = std::ranges::find(entries, device, &Entry::device);
  return found == entries.end() || is_over(*found) ? nullptr : &*found;
}

// Not one that somebody else is being shown.
std::string TerminalSignIns::new_letters(const Entries& entries) const {
  for (;;) {
    std::string letters = random_letters(context_.random);
    if (std::ranges::find(entries, letters, &Entry::letters) == entries.end()) return letters;
  }
}

Result<TerminalSignIn> TerminalSignIns::start(std::string_view host, const std::string& address) {
  crypto::BearerKey code = crypto::make_bearer_key(kDeviceCodePrefix, context_.random);
  const auto device = crypto::bearer_key_hash(kDeviceCodePrefix, code.reveal());
  if (!device) return Error{Code::kInternal, "A new device code is malformed."};
  const WallTime now = context_.clock.now();
  auto entries = entries_.lock();
  std::erase_if(*entries,
                [&](const Entry& one) { return !one.key && !one.deciding && is_over(one); });
  const auto of_address = std::ranges::count_if(
      *entries, [&](const Entry& one) { return one.shown.address == address; });
  if (entries->size() >= kMost || std::cmp_greater_equal(of_address, kMostOfAddress)) {
    return too_many("Too many sign-ins of terminals wait already.", Seconds(60));
  }
  Entry& made = entries->emplace_back();
  made.device = *device;
  made.letters = new_letters(*entries);
  made.end = Deadline::after(now, context_.clock.boot_now(), kLifetime);
  made.shown = {.user_code = with_hyphen(made.letters),
                .host = host.empty() ? "?" : plain_excerpt(host, kLongestHost),
                .address = address,
                .started_at = now,
                .expires_at = now + kLifetime};
  return TerminalSignIn{std::move(code), made.shown.user_code};
}

// The code's letters, if the asker may try one now.
Result<std::string> TerminalSignIns::read_code(const Asker& asker, std::string_view user_code) {
  const std::string user = asker.user.text();
  if (const auto wait = throttle_.begin(user, asker.peer)) {
    return too_many("Too many codes were tried. Try again later.", *wait);
  }
  std::string letters = letters_of(user_code);
  if (letters.empty() || find_by_code(*entries_.lock(), letters) == nullptr) {
    return Error{Code::kNotFound, "No terminal waits with this code, or its time is over."};
  }
  throttle_.excused(user, asker.peer);  // a code of one's own forgives no guesses at others'
  return letters;
}

Result<TerminalRequest> TerminalSignIns::find(const Asker& asker, std::string_view user_code) {
  STRONGROOM_TRY(const std::string letters, read_code(asker, user_code));
  auto entries = entries_.lock();
  const Entry* const found = find_by_code(*entries, letters);
  if (found == nullptr) {
    return Error{Code::kNotFound, "No terminal waits with this code, or its time is over."};
  }
  return found->shown;
}

// From here until end_decision() it is nobody else's to decide.
Result<TerminalRequest> TerminalSignIns::begin_decision(const Asker& asker,
                                                        std::string_view user_code) {
  STRONGROOM_TRY(const std::string letters, read_code(asker, user_code));
  auto entries = entries_.lock();
  Entry* const found = find_by_code(*entries, letters);
  if (found == nullptr || found->deciding || found->shown.state != TerminalState::kWaiting) {
    return decided();
  }
  found->deciding = true;
  return found->shown;
}

// What is over by now keeps its key until sweep() revokes it.
void TerminalSignIns::end_decision(const std::string& user_code, std::optional<NewApiKey> key) {
  auto entries = entries_.lock();
  const auto found = std::ranges::find(*entries, letters_of(user_code), &Entry::letters);
  if (found == entries->end()) return;
  found->deciding = false;
  if (!key) return;
  found->shown.state = TerminalState::kApproved;
  found->key = std::move(key);
}

Status TerminalSignIns::approve(const Asker& asker, std::string_view user_code,
                                const TerminalApproval& approval) {
  if (approval.days < 1 || approval.days > kLongestDays) {
    return Error{Code::kInvalidArgument, "A key lives from 1 to 3650 days."}.at("/expires_in_days");
  }
  STRONGROOM_TRY(const TerminalRequest request, begin_decision(asker, user_code));
  const ApiKeyRequest wanted{.user = {},
                             .name = "terminal on " + request.host,
                             .permissions = approval.permissions.value_or(asker.grants.anywhere()),
                             .expires_at = context_.clock.now() + std::chrono::days(approval.days),
                             .projects = {},
                             .expiry_field = "/expires_in_days"};
  auto key = api_keys_.create(asker, wanted);
  if (!key) {
    end_decision(request.user_code, std::nullopt);
    return std::move(key).error();
  }
  end_decision(request.user_code, *std::move(key));
  return {};
}

Status TerminalSignIns::deny(const Asker& asker, std::string_view user_code) {
  STRONGROOM_TRY(const TerminalRequest request, begin_decision(asker, user_code));
  {
    auto entries = entries_.lock();
    Entry* const found = find_by_code(*entries, letters_of(request.user_code));
    if (found != nullptr) found->shown.state = TerminalState::kDenied;
  }
  end_decision(request.user_code, std::nullopt);
  return record(asker, audit::Action::kTerminalSignInDenied, request, {});
}

Result<NewApiKey> TerminalSignIns::take_key(const crypto::Sha256Digest& device) {
  auto entries = entries_.lock();
  Entry* const found = find_by_device(*entries, device);
  if (found == nullptr) return expired();
  const BootTime now = context_.clock.boot_now();
  if (found->shown.state == TerminalState::kDenied) {
    return Error{Code::kInvalidArgument, "The sign-in was denied.", {}, "access_denied"};
  }
  if (now < found->next_question) {
    found->interval += kSlowDown;
    found->next_question = now + found->interval;
    return Error{Code::kInvalidArgument, "Ask less often.", {}, "slow_down"}.with(
        "interval", std::chrono::ceil<Seconds>(found->interval).count());
  }
  found->next_question = now + found->interval;
  if (found->shown.state == TerminalState::kWaiting) {
    return Error{Code::kInvalidArgument,
                 "Nobody has approved this sign-in yet.",
                 {},
                 "authorization_pending"};
  }
  if (!found->key) return expired();
  return *std::exchange(found->key, std::nullopt);
}

Result<NewApiKey> TerminalSignIns::collect(std::string_view device_code, const Asker& asker) {
  const auto device = crypto::bearer_key_hash(kDeviceCodePrefix, device_code);
  if (!device) return expired();
  STRONGROOM_TRY(NewApiKey key, take_key(*device));
  Asker owner = asker;
  owner.user = key.info.user.uuid;
  owner.key = key.info.id.uuid;
  const TerminalRequest named{.user_code = {}, .host = key.info.name, .address = {}};
  Status recorded = need_writable_audit(context_);
  if (recorded) {
    recorded = record(owner, audit::Action::kTerminalSignInCompleted, named, key.info.id.uuid);
  }
  auto entries = entries_.lock();
  const auto found = std::ranges::find(*entries, *device, &Entry::device);
  if (!recorded) {
    if (found != entries->end()) found->key = std::move(key);
    return std::move(recorded).error();
  }
  if (found != entries->end()) entries->erase(found);
  return key;
}

Status TerminalSignIns::record(const Asker& asker, audit::Action action,
                               const TerminalRequest& request, const Uuid& key) {
  const audit::Event event = change_event(context_, asker, action, key, request.host);
  return context_.store.write(
      [&](storage::Transaction& tx) { return context_.trail.record_change(tx, event); });
}

Status TerminalSignIns::sweep() {
  std::vector<NewApiKey> forgotten;
  {
    auto entries = entries_.lock();
    for (Entry& entry : *entries) {
      if (entry.key && is_over(entry)) forgotten.push_back(*std::exchange(entry.key, std::nullopt));
    }
    std::erase_if(*entries, [&](const Entry& one) { return !one.deciding && is_over(one); });
  }
  const Asker server{.kind = audit::ActorKind::kServer, .grants = Permissions::all()};
  Status revoked = {};
  for (const NewApiKey& key : forgotten) {
    Status one = api_keys_.revoke(server, key.info.id);
    if (!one) revoked = std::move(one);
  }
  return revoked;
}

}  // namespace strongroom::identity
