#pragma once
// The truth: every token that was issued, used, refused and revoked, one JSON object a line, in
// the order in which it happened. Durable before anybody is answered, so that it can be held
// against what a vault believes after whatever happened to that.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "http/descriptor.h"

namespace strongroom::badprovider {

// Safe to use from any thread.
class Truth {
 public:
  // Appends to the file at `path`; empty: it is kept in memory alone. Errors: kUnavailable.
  static Result<std::unique_ptr<Truth>> open(const std::string& path, const Clock& clock);

  // One commit: `events` get the moment of now as "at" (milliseconds since 1970) and are durable
  // when this returns. Ends the process where they cannot be: a truth with holes is none.
  void commit(boost::json::array events);

  // All lines so far, without what an earlier process appended.
  std::string lines();

 private:
  struct Log {
    http::Descriptor file;
    std::string lines;
  };
  Truth(http::Descriptor file, const Clock& clock);

  const Clock& clock_;
  Guarded<Log> log_;
};

}  // namespace strongroom::badprovider
