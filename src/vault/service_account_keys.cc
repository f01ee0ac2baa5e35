#include "vault/service_account_keys.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace strongroom::vault {
namespace {

std::string field_of(std::size_t index) {
  return "/client_keys/" + std::to_string(index) + "/private_key";
}

}  // namespace

bool is_service_account(const NewClientKey& key) {
  const std::string_view file = key.file.reveal();
  const std::size_t first = file.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && file[first] == '{';
}

Result<oauth::ServiceAccountFile> read_service_account(const NewClientKey& key, std::size_t index) {
  auto file = oauth::read_service_account_file(key.file.reveal());
  if (file) return file;
  Error error = std::move(file).error();
  error.code = Code::kInvalidArgument;
  return std::move(error).at(field_of(index));
}

Result<std::optional<std::string>> account_of_key_files(const TargetSystemFields& fields) {
  std::optional<std::string> account;
  if (!fields.client_keys) return account;
  for (std::size_t i = 0; i < fields.client_keys->size(); ++i) {
    const NewClientKey& key = (*fields.client_keys)[i];
    if (!is_service_account(key)) continue;
    STRONGROOM_TRY(oauth::ServiceAccountFile file, read_service_account(key, i));
    if (account && *account != file.client_email) {
      return Error{Code::kInvalidArgument,
                   "This is the key file of another service account than the one before it."}
          .at(field_of(i));
    }
    account = std::move(file.client_email);
  }
  const bool differs = account && fields.consumer_key && !fields.consumer_key->empty() &&
                       *fields.consumer_key != *account;
  if (!differs) return account;
  return Error{
      Code::kInvalidArgument,
      "The key file is of another service account than this. Leave the consumer key empty: "
      "the file says it."}
      .at("/consumer_key");
}

}  // namespace strongroom::vault
