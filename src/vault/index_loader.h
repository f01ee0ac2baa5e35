#pragma once
// Fills the look-up index at start-up.

#include <memory>

#include "base/result.h"
#include "vault/context.h"

namespace strongroom::vault {

// Reads everything that look-ups need into context.index, which is empty, and takes back the leases
// that a crash left behind: the data directory's lock says that no other process retrieves. A row
// whose MAC does not fit is logged and gives nobody anything.
//
// With a million clients that takes seconds, so threads may share it: after begin(), load_rules()
// on one of them, and load_clients() on as many as there are, each of which takes a part of the
// rest. Nobody looks anything up, and nobody changes a row, before join().
class IndexLoader {
 public:
  explicit IndexLoader(Context& context);
  ~IndexLoader();
  IndexLoader(const IndexLoader&) = delete;
  IndexLoader& operator=(const IndexLoader&) = delete;

  // Errors of all: as of the store.
  Status begin();         // what there is little of: projects, target systems, robots, keys
  Status load_rules();    // which robots may read which client
  Status load_clients();  // with their tokens
  // After all have succeeded: gives each client its rules, and takes from it what was exchanged for
  // a token that its subject has no more.
  Status join();

 private:
  struct Parts;
  Context& context_;
  std::unique_ptr<Parts> parts_;
};

// All of it, one after the other.
Status load_index(Context& context);

}  // namespace strongroom::vault
