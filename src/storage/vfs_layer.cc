#include "storage/vfs_layer.h"

#include <new>
#include <utility>

#include <sqlite3.h>

namespace strongroom::storage {
namespace {

// What SQLite allocates for a file of ours; the base VFS's own structure follows it in memory.
struct LayeredFile : sqlite3_file {
  class Base;
  VfsFile* base;
  VfsFile* top;
};

sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(static_cast<LayeredFile*>(file) + 1);
}
VfsFile& top(sqlite3_file* file) { return *static_cast<LayeredFile*>(file)->top; }

// The file as the VFS below has it.
class BaseFile final : public VfsFile {
 public:
  explicit BaseFile(sqlite3_file* file) : file_(file) {}
  int read(void* to, int bytes, std::int64_t offset) override {
    return file_->pMethods->xRead(file_, to, bytes, offset);
  }
  int write(const void* from, int bytes, std::int64_t offset) override {
    return file_->pMethods->xWrite(file_, from, bytes, offset);
  }
  int truncate(std::int64_t size) override { return file_->pMethods->xTruncate(file_, size); }
  int sync(int flags) override { return file_->pMethods->xSync(file_, flags); }
  int size(std::int64_t& bytes) override {
    sqlite3_int64 answer = 0;
    const int code = file_->pMethods->xFileSize(file_, &answer);
    bytes = answer;
    return code;
  }

 private:
  sqlite3_file* file_;
};

// The layer that changes nothing.
class Through final : public VfsFile {
 public:
  explicit Through(VfsFile& file) : file_(file) {}
  int read(void* to, int bytes, std::int64_t at) override { return file_.read(to, bytes, at); }
  int write(const void* from, int bytes, std::int64_t at) override {
    return file_.write(from, bytes, at);
  }
  int truncate(std::int64_t size) override { return file_.truncate(size); }
  int sync(int flags) override { return file_.sync(flags); }
  int size(std::int64_t& bytes) override { return file_.size(bytes); }

 private:
  VfsFile& file_;
};

void drop(LayeredFile& file) {
  delete file.top;
  delete file.base;
}

// Version 2: shared memory, but no xFetch, so that every read passes through read().
constexpr sqlite3_io_methods kMethods = {
    2,
    [](sqlite3_file* f) {  // xClose
      const int code = below(f)->pMethods->xClose(below(f));
      drop(*static_cast<LayeredFile*>(f));
      return code;
    },
    [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return top(f).read(to, n, at); },
    [](sqlite3_file* f, const void* p, int n, sqlite3_int64 at) { return top(f).write(p, n, at); },
    [](sqlite3_file* f, sqlite3_int64 size) { return top(f).truncate(size); },
    [](sqlite3_file* f, int flags) { return top(f).sync(flags); },
    [](sqlite3_file* f, sqlite3_int64* size) {
      std::int64_t bytes = 0;
      const int code = top(f).size(bytes);
      *size = bytes;
      return code;
    },
    [](sqlite3_file* f, int lock) { return below(f)->pMethods->xLock(below(f), lock); },
    [](sqlite3_file* f, int lock) { return below(f)->pMethods->xUnlock(below(f), lock); },
    [](sqlite3_file* f, int* out) { return below(f)->pMethods->xCheckReservedLock(below(f), out); },
    [](sqlite3_file* f, int op, void* arg) {
      // Size hints and chunk sizes would let the file below grow without a write that we see.
      if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
      return below(f)->pMethods->xFileControl(below(f), op, arg);
    },
    [](sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); },
    [](sqlite3_file* f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); },
    [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return below(f)->pMethods->xShmMap(below(f), page, size, extend, out);
    },
    [](sqlite3_file* f, int offset, int n, int flags) {
      return below(f)->pMethods->xShmLock(below(f), offset, n, flags);
    },
    [](sqlite3_file* f) { below(f)->pMethods->xShmBarrier(below(f)); },
    [](sqlite3_file* f, int remove) { return below(f)->pMethods->xShmUnmap(below(f), remove); },
    nullptr,
    nullptr,
};

}  // namespace

struct VfsLayer::Registration {
  sqlite3_vfs vfs{};
  sqlite3_vfs* base = nullptr;

  static sqlite3_vfs* below(sqlite3_vfs* vfs) { return of(vfs).registration_->base; }
  static VfsLayer& of(sqlite3_vfs* vfs) { return *static_cast<VfsLayer*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
    auto* ours = new (file) LayeredFile{};
    sqlite3_file* theirs = storage::below(ours);
    const int code = below(vfs)->xOpen(below(vfs), path, theirs, flags, out);
    if (code != SQLITE_OK) return code;  // pMethods is still null: SQLite will not call xClose
    ours->base = new BaseFile(theirs);
    ours->top = of(vfs).wrap(path == nullptr ? "" : path, *ours->base).release();
    ours->pMethods = &kMethods;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    if (const int code = of(vfs).before_delete(path); code != SQLITE_OK) return code;
    return below(vfs)->xDelete(below(vfs), path, sync_directory);
  }
};

VfsLayer::VfsLayer(std::string name, std::string_view base)
    : name_(std::move(name)), registration_(std::make_unique<Registration>()) {
  sqlite3_vfs* under = sqlite3_vfs_find(base.empty() ? nullptr : std::string(base).c_str());
  registration_->base = under;
  registration_->vfs = *under;  // what is not replaced below (time, paths, sleep) is the base's own
  sqlite3_vfs& vfs = registration_->vfs;
  vfs.szOsFile = static_cast<int>(sizeof(LayeredFile)) + under->szOsFile;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = Registration::open;
  vfs.xDelete = Registration::remove;
  vfs.xAccess = [](sqlite3_vfs* v, const char* path, int flags, int* out) {
    sqlite3_vfs* b = Registration::below(v);
    return b->xAccess(b, path, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* path, int size, char* out) {
    sqlite3_vfs* b = Registration::below(v);
    return b->xFullPathname(b, path, size, out);
  };
  sqlite3_vfs_register(&vfs, 0);
}

VfsLayer::~VfsLayer() { sqlite3_vfs_unregister(&registration_->vfs); }

std::unique_ptr<VfsFile> VfsLayer::wrap(const std::string& /*path*/, VfsFile& file) {
  return std::make_unique<Through>(file);
}

int VfsLayer::before_delete(const std::string& /*path*/) { return SQLITE_OK; }

}  // namespace strongroom::storage
