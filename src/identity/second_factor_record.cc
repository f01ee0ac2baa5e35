#include "identity/second_factor_record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "identity/digest_hash.h"
#include "identity/mac_fields.h"

namespace strongroom::identity {
namespace {

constexpr std::string_view kConfirmed = "confirmed";
constexpr std::string_view kPending = "pending";
constexpr std::size_t kFixedWords = 4;
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32
constexpr std::size_t kGroups = 3;
constexpr std::size_t kGroupLength = 4;

std::string encoded(std::string_view bytes) {
  return crypto::base64url(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<std::int64_t> number_from(std::string_view word) {
  std::int64_t number = 0;
  const auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (problem != std::errc{} || stop != word.data() + word.size()) return std::nullopt;
  return number;
}

crypto::Place place_of(const UserId& user, std::int64_t made_at) {
  return {.table = "users",
          .row = user.uuid,
          .column = "second_factor",
          .scope = {},
          .generation = made_at};
}

}  // namespace

std::string to_text(const SecondFactorRecord& record) {
  std::string text(record.is_confirmed ? kConfirmed : kPending);
  text.append(" ").append(std::to_string(record.made_at));
  text.append(" ").append(std::to_string(record.last_step));
  text.append(" ").append(encoded(record.sealed_secret));
  for (const std::string& mac : record.recovery_codes) text.append(" ").append(encoded(mac));
  return text;
}

Result<SecondFactorRecord> second_factor_from(std::string_view text) {
  const Error corrupt{Code::kCorrupt, "A user's second factor cannot be read."};
  const auto words = words_of(text);
  if (words.size() < kFixedWords || (words[0] != kConfirmed && words[0] != kPending)) {
    return corrupt;
  }
  const auto made_at = number_from(words[1]);
  const auto last_step = number_from(words[2]);
  auto sealed = crypto::base64url_decode(words[3]);
  if (!made_at || !last_step || !sealed) return corrupt;
  SecondFactorRecord record{words[0] == kConfirmed, *made_at, *std::move(sealed), *last_step, {}};
  for (const std::string_view word : std::span(words).subspan(kFixedWords)) {
    auto mac = crypto::base64url_decode(word);
    if (!mac) return corrupt;
    record.recovery_codes.push_back(*std::move(mac));
  }
  return record;
}

bool is_confirmed_second_factor(std::string_view text) { return text.starts_with(kConfirmed); }

Result<std::string> seal_code_secret(crypto::Sealer& sealer, const UserId& user,
                                     std::int64_t made_at, const CodeSecret& secret) {
  return sealer.seal(place_of(user, made_at), secret.reveal());
}

Status reseal_code_secret(crypto::Sealer& sealer, const UserId& user, SecondFactorRecord& record) {
  STRONGROOM_TRY(record.sealed_secret,
                 sealer.reseal(place_of(user, record.made_at), record.sealed_secret));
  return {};
}

Result<CodeSecret> open_code_secret(const crypto::Sealer& sealer, const UserId& user,
                                    const SecondFactorRecord& record) {
  return sealer.open<CodeSecret>(place_of(user, record.made_at), record.sealed_secret);
}

RecoveryCode make_recovery_code(crypto::Random& random) {
  std::array<std::byte, kGroups * kGroupLength> bytes{};
  random.fill(bytes);
  std::string text;
  text.reserve(2 * bytes.size());  // not moved while letters go in
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % kGroupLength == 0) text += '-';
    text += kLetters[std::to_integer<unsigned>(bytes[i]) % kLetters.size()];  // 256 is 8 times 32
  }
  wipe(bytes);
  RecoveryCode code(text);
  wipe(text);
  return code;
}

Result<std::string> recovery_code_mac(const crypto::Sealer& sealer, const UserId& user,
                                      std::string_view typed) {
  std::string plain;
  plain.reserve(typed.size());
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    plain += 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const crypto::Sha256Digest digest = crypto::sha256(plain);
  wipe(plain);
  MacFields fields;
  fields.add(user.uuid.raw()).add(as_text(digest));
  STRONGROOM_TRY(const auto mac, sealer.mac("recovery_codes", fields.text()));
  return std::string(as_text(mac));
}

}  // namespace strongroom::identity
