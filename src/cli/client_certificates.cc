#include "cli/client_certificates.h"

#include <string>
#include <string_view>

#include "base/base64.h"
#include "cli/input.h"

namespace strongroom::cli {
namespace {

// PEM as it is, anything else in base64: JSON holds no bytes.
Result<InputText> read_as_text(const std::string& file) {
  STRONGROOM_TRY(InputText bytes, read_input(file));
  if (bytes.reveal().find("-----BEGIN ") != std::string_view::npos) return bytes;
  std::string encoded = base64(bytes.reveal());
  InputText text{encoded};
  wipe(encoded);
  return text;
}

// JSON objects, one after another; wiped when they die.
class List {
 public:
  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() { wipe(text_); }

  void append(const JsonBody& one) {
    const http::RequestBody object = one.body();
    std::string longer;
    longer.reserve(text_.size() + object.reveal().size() + 2);
    longer.append(text_).append(text_.empty() ? "[" : ",").append(object.reveal());
    wipe(text_);
    text_.swap(longer);
  }
  void add_to(JsonBody& body) {
    if (!text_.empty()) body.add_raw("client_certificates", text_ + "]");
  }

 private:
  std::string text_;
};

Status add_password(const Options& options, JsonBody& one) {
  if (!options.client_certificate_password_file) return {};
  STRONGROOM_TRY(const InputText password, read_secret(*options.client_certificate_password_file));
  one.add_secret("password", password);
  return {};
}

Status append_pair(const Options& options, std::size_t index, List& list) {
  JsonBody one;
  STRONGROOM_TRY(const InputText certificate,
                 read_as_text(options.client_certificate_files[index]));
  one.add("certificate", certificate.reveal());
  if (index < options.client_certificate_key_files.size()) {
    STRONGROOM_TRY(const InputText key, read_as_text(options.client_certificate_key_files[index]));
    one.add_secret("private_key", key);
    STRONGROOM_CHECK(add_password(options, one));
  }
  list.append(one);
  return {};
}

Status append_pkcs12(const Options& options, const std::string& file, List& list) {
  JsonBody one;
  STRONGROOM_TRY(const InputText bytes, read_as_text(file));
  one.add_secret("pkcs12", bytes);
  STRONGROOM_CHECK(add_password(options, one));
  list.append(one);
  return {};
}

}  // namespace

Status add_client_certificates(JsonBody& body, const Options& options) {
  if (options.client_certificate_key_files.size() > options.client_certificate_files.size()) {
    return Error{Code::kInvalidArgument,
                 "--client-certificate-key-file goes with a --client-certificate-file."};
  }
  if (options.client_certificate_password_file && options.client_certificate_key_files.empty() &&
      options.pkcs12_files.empty()) {
    return Error{Code::kInvalidArgument,
                 "--client-certificate-password-file goes with a --client-certificate-key-file or "
                 "a --pkcs12-file."};
  }
  List list;
  for (const std::string& id : options.kept_client_certificates) {
    JsonBody one;
    one.add("id", std::string_view(id));
    list.append(one);
  }
  for (std::size_t i = 0; i < options.client_certificate_files.size(); ++i) {
    STRONGROOM_CHECK(append_pair(options, i, list));
  }
  for (const std::string& file : options.pkcs12_files) {
    STRONGROOM_CHECK(append_pkcs12(options, file, list));
  }
  list.add_to(body);
  return {};
}

}  // namespace strongroom::cli
