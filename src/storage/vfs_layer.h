#pragma once
// A layer between SQLite and its files: sees, and may change, every read, write and fsync.
//
// The store counts fsyncs through one; tests lose and fail writes through another. Only this and
// vfs_layer.cc know the C structures of SQLite's VFS.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace strongroom::storage {

// The file below a layer. All functions answer SQLite result codes.
class VfsFile {
 public:
  virtual ~VfsFile() = default;
  virtual int read(void* to, int bytes, std::int64_t offset) = 0;
  virtual int write(const void* from, int bytes, std::int64_t offset) = 0;
  virtual int truncate(std::int64_t size) = 0;
  virtual int sync(int flags) = 0;
  virtual int size(std::int64_t& bytes) = 0;
};

// Registers itself as a VFS called `name` above the one called `base` (empty: the system's) while
// it lives. No connection may be open through it when it is destroyed. Hooks are called on
// whichever thread uses the connection, several at once.
class VfsLayer {
 public:
  VfsLayer(std::string name, std::string_view base);
  virtual ~VfsLayer();
  VfsLayer(const VfsLayer&) = delete;
  VfsLayer& operator=(const VfsLayer&) = delete;

  const std::string& name() const { return name_; }

  // What stands in for `file` (which outlives it) when SQLite opens `path`; the default passes
  // every call on. `path` is empty for a temporary file.
  virtual std::unique_ptr<VfsFile> wrap(const std::string& path, VfsFile& file);
  // Before the file at `path` is deleted; anything but SQLITE_OK refuses it.
  virtual int before_delete(const std::string& path);

 private:
  struct Registration;
  std::string name_;
  std::unique_ptr<Registration> registration_;
};

}  // namespace strongroom::storage
