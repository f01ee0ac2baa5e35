#include "app/recovery_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/small_sealed_file.h"
#include "base/json.h"
#include "cli/input.h"
#include "crypto/encoding.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kRoom = 512;  // so that nothing is moved while the key goes in

// {"root_key":…,"root_id":…,"data_id":…,"exported_at":…}; the caller wipes it.
std::string to_json(const RecoveryContent& content) {
  const std::string_view key = content.root.reveal();
  std::string digits = crypto::hex(std::as_bytes(std::span(key.data(), key.size())));
  std::string text;
  text.reserve(kRoom);
  text.append("{\"root_key\":\"").append(digits);
  text.append("\",\"root_id\":\"").append(content.root_id);
  text.append("\",\"data_id\":\"").append(content.data_id);
  text.append("\",\"exported_at\":\"").append(rfc3339(content.exported_at)).append("\"}\n");
  wipe(digits);
  return text;
}

Error damaged() { return Error{Code::kCorrupt, "What is in the recovery file cannot be read."}; }

Result<std::string> member(const boost::json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return damaged();
  return std::string(value->get_string());
}

Result<RecoveryContent> from_json(std::string_view text) {
  STRONGROOM_TRY(boost::json::value value, parse_json(text));
  boost::json::object* const object = value.if_object();
  if (object == nullptr) return damaged();
  STRONGROOM_TRY(std::string digits, member(*object, "root_key"));
  std::optional<std::string> key = crypto::hex_decode(digits);
  wipe(digits);
  if (!key || key->size() != 32) return damaged();
  RecoveryContent content{.root = crypto::RootKey(*key)};
  wipe(*key);
  boost::json::string& kept = object->at("root_key").get_string();
  wipe(std::as_writable_bytes(std::span(kept.data(), kept.size())));
  STRONGROOM_TRY(content.root_id, member(*object, "root_id"));
  STRONGROOM_TRY(content.data_id, member(*object, "data_id"));
  STRONGROOM_TRY(const std::string exported_at, member(*object, "exported_at"));
  const auto at = parse_rfc3339(exported_at);
  if (!at) return damaged();
  content.exported_at = *at;
  return content;
}

}  // namespace

Status write_recovery_file(const std::string& path, const RecoveryContent& content,
                           const crypto::FileReaders& readers, crypto::Random& random) {
  std::string text = to_json(content);
  Status written =
      write_small_sealed_file(path, crypto::FileKind::kRecovery, readers, random, text);
  wipe(text);
  return written;
}

Result<RecoveryContent> read_recovery_file(const std::string& path,
                                           const crypto::FileOpener& opener) {
  STRONGROOM_TRY(const SecretBytes text,
                 read_small_sealed_file(path, crypto::FileKind::kRecovery, opener));
  return from_json(text.view());
}

Result<crypto::FileIdentity> read_file_identity(const std::string& file) {
  STRONGROOM_TRY(const cli::InputText text, cli::read_secret(file));
  return crypto::FileIdentity(text.reveal());
}

}  // namespace strongroom::app
