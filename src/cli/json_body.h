#pragma once
// Builds the JSON object of a request from the options that were given.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input.h"
#include "http/client.h"

namespace strongroom::cli {

// Members that are added with an empty optional are left out. The text may hold secrets: it is
// wiped with the object.
class JsonBody {
 public:
  JsonBody() = default;
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;
  ~JsonBody() { wipe(text_); }

  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, const std::optional<std::string>& value);
  void add(std::string_view name, const std::optional<bool>& value);
  void add(std::string_view name, const std::vector<std::string>& values);  // left out if empty
  // A whole number. What is none goes out as the text that it is: the server says where it stands.
  void add_number(std::string_view name, const std::optional<std::string>& digits);
  void add_secret(std::string_view name, const InputText& value);
  // JSON text, with secrets in it.
  void add_secret_json(std::string_view name, const InputText& json);
  // JSON text as it is.
  void add_raw(std::string_view name, std::string_view json);

  bool empty() const { return text_.empty(); }
  http::RequestBody body() const;

 private:
  void begin(std::string_view name);

  std::string text_;
};

}  // namespace strongroom::cli
