#pragma once
// The directory that one server owns: its lock and the names of the files in it.

#include <string>

#include "base/log.h"
#include "base/result.h"

namespace strongroom::app {

// Holds the directory's lock while it lives, so that no second server and no offline command works
// on the same data. Movable, not copyable.
class DataDirectory {
 public:
  // Makes the directory (mode 0700) where it is missing, and locks it. Finishes a restore that was
  // cut off (backup/switch_over.h), and says so in `log`, which is used in here alone.
  //
  // Errors:
  //   kConflict         another process holds it; the detail has its process id
  //   kInvalidArgument  it belongs to another user, or others may write into it
  //   kUnavailable      it cannot be made, written or locked; a restore cannot be finished
  //   kCorrupt          what a restore noted down is damaged
  static Result<DataDirectory> open(const std::string& path, Log& log);
  // As open(), for a directory that must be there. Errors: also kNotFound.
  static Result<DataDirectory> open_existing(const std::string& path, Log& log);
  // Only the names, without the lock: for who reads what nobody changes, as the root key.
  static DataDirectory names_in(const std::string& path) { return {path, -1}; }

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

  const std::string& path() const { return path_; }
  std::string state_database() const { return path_ + "/state.db"; }
  std::string audit_database() const { return path_ + "/audit.db"; }
  std::string journal() const { return path_ + "/journal"; }
  std::string admin_socket() const { return path_ + "/admin.sock"; }
  std::string initial_admin_password() const { return path_ + "/initial-admin-password"; }
  std::string development_root_key() const { return path_ + "/root.key"; }
  std::string local_ca() const { return path_ + "/tls/ca.crt"; }
  std::string local_ca_key() const { return path_ + "/tls/ca.key"; }
  std::string local_certificate() const { return path_ + "/tls/server.crt"; }
  std::string local_private_key() const { return path_ + "/tls/server.key"; }

  // Whether `file` lies inside the directory, links followed: where a production root key may not.
  bool contains(const std::string& file) const;

  // Whether both databases are there, or neither: then the data is new. Only a very first start
  // that was interrupted, of which the file first-start remains, may have made the one without the
  // other. Errors: kCorrupt, one is missing; the detail names it, and says what to do.
  Status check_databases() const;
  // Say so before the databases are opened for writing, and when both are there. Between the two
  // lies the file first-start, if the databases are new. Errors: kUnavailable.
  Status databases_begun() const;
  Status databases_made() const;

 private:
  std::string first_start() const { return path_ + "/first-start"; }

  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_ = -1;
};

}  // namespace strongroom::app
