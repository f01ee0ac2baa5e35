#include "base/result.h"

namespace strongroom {

Error Error::with(LiteralText name, ErrorValue value) && {
  parameters.push_back({name, std::move(value)});
  return std::move(*this);
}

Error Error::at(std::string pointer) && {
  return std::move(*this).with("field", FieldPointer{std::move(pointer)});
}

const ErrorValue* Error::find(std::string_view name) const {
  for (const ErrorParameter& parameter : parameters) {
    if (parameter.name.view() == name) return &parameter.value;
  }
  return nullptr;
}

}  // namespace strongroom
