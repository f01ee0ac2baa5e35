#include "vault/journal_slot.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "crypto/digest.h"

namespace strongroom::vault {
namespace {

// A frame: what it is, the length of its payload, the payload, and a SHA-256 over all of that. The
// digest tells what was torn or has rotted; against whoever writes here on purpose the answer's
// seal is bound to the intent.
constexpr std::string_view kIntent = "SRj1 intent\n";
constexpr std::string_view kAnswer = "SRj1 answer\n";
constexpr std::string_view kDone = "SRj1 done  \n";
constexpr std::size_t kLength = 8;
constexpr std::size_t kHead = kIntent.size() + kLength;
constexpr std::size_t kDigest = std::tuple_size_v<crypto::Sha256Digest>;
constexpr std::size_t kId = 16;

void add_number(std::string& out, std::uint64_t number) {  // most significant byte first
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 255U));
  }
}

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::string framed(std::string_view what, std::string_view payload) {
  std::string out(what);
  out.reserve(kHead + payload.size() + kDigest);
  add_number(out, payload.size());
  out += payload;
  const crypto::Sha256Digest digest = crypto::sha256(out);
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return out;
}

std::optional<std::string_view> payload_of(std::string_view what, std::string_view bytes) {
  if (bytes.size() < kHead + kDigest || !bytes.starts_with(what)) return std::nullopt;
  const std::uint64_t size = read_number(bytes.substr(what.size()));
  if (size > bytes.size() - kHead - kDigest) return std::nullopt;
  const std::string_view content = bytes.substr(0, kHead + static_cast<std::size_t>(size));
  const crypto::Sha256Digest digest = crypto::sha256(content);
  if (std::memcmp(digest.data(), bytes.data() + content.size(), digest.size()) != 0) {
    return std::nullopt;
  }
  return content.substr(kHead);
}

// Takes a payload apart from its front.
class Fields {
 public:
  explicit Fields(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::uint64_t count) {
    is_whole_ = is_whole_ && count <= rest_.size();
    if (!is_whole_) return {};
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t number() {
    const std::string_view taken = take(kLength);
    return is_whole_ ? read_number(taken) : 0;
  }
  std::string text() { return std::string(take(number())); }
  Uuid uuid() {
    Uuid id;
    const std::string_view taken = take(kId);
    if (is_whole_) std::memcpy(id.bytes.data(), taken.data(), kId);
    return id;
  }
  bool at_end() const { return is_whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_whole_ = true;
};

void add_text(std::string& out, std::string_view text) {
  add_number(out, text.size());
  out += text;
}

}  // namespace

std::optional<std::string> encode_intent(const JournalIntent& intent) {
  std::string payload;
  payload += intent.id.raw();
  add_number(payload, static_cast<std::uint64_t>(intent.kind));
  payload += intent.client.raw();
  payload += intent.project.raw();
  payload += intent.authorization.raw();
  add_number(payload, static_cast<std::uint64_t>(intent.epoch));
  add_number(payload, static_cast<std::uint64_t>(intent.generation));
  add_number(payload, static_cast<std::uint64_t>(intent.at.time_since_epoch().count()));
  add_text(payload, intent.destination);
  add_text(payload, intent.resource);
  std::string bytes = framed(kIntent, payload);
  if (bytes.size() > kIntentBytes) return std::nullopt;
  return bytes;
}

std::optional<std::string> encode_answer(const Uuid& intent, std::string_view sealed) {
  std::string payload(intent.raw());
  payload += sealed;
  std::string bytes = framed(kAnswer, payload);
  if (bytes.size() > kAnswerBytes) return std::nullopt;
  return bytes;
}

std::string encode_done(const Uuid& intent) { return framed(kDone, intent.raw()); }

std::optional<JournalIntent> decode_intent(std::string_view bytes) {
  const auto payload = payload_of(kIntent, bytes.substr(0, kIntentBytes));
  if (!payload) return std::nullopt;
  Fields fields(*payload);
  JournalIntent intent;
  intent.id = fields.uuid();
  const std::uint64_t kind = fields.number();
  intent.client = OAuthClientId{fields.uuid()};
  intent.project = ProjectId{fields.uuid()};
  intent.authorization = fields.uuid();
  intent.epoch = static_cast<std::int64_t>(fields.number());
  intent.generation = static_cast<std::int64_t>(fields.number());
  intent.at = WallTime(Milliseconds(static_cast<std::int64_t>(fields.number())));
  intent.destination = fields.text();
  intent.resource = fields.text();
  if (!fields.at_end() || kind > static_cast<std::uint64_t>(GrantKind::kCode)) return std::nullopt;
  intent.kind = static_cast<GrantKind>(kind);
  return intent;
}

std::optional<std::string> decode_answer(const Uuid& intent, std::string_view bytes) {
  const auto payload = payload_of(kAnswer, bytes.substr(0, kAnswerBytes));
  if (!payload || !payload->starts_with(intent.raw())) return std::nullopt;
  return std::string(payload->substr(kId));
}

}  // namespace strongroom::vault
