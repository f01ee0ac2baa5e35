#pragma once
// One encrypted, authenticated, versioned file, in pieces: backups, recovery files, exports.
//
// The file: magic, version, kind, the locks (each gives the file key to somebody: a passphrase
// through Argon2id, RFC 9106, or a recipient through an anonymous box of X25519), a MAC of all that
// under a key made of the file key, then pieces of 64 KiB, each sealed in its place with
// XChaCha20-Poly1305 (libsodium's secretstream), the last one marked. So nothing can be changed,
// cut, put elsewhere or added, and the readers are not named in it.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/file_recipient.h"
#include "crypto/password_hash.h"
#include "crypto/random.h"

namespace strongroom::crypto {

using FilePassphrase = Secret<struct FilePassphraseKind>;

// Files go where nobody counts the guesses, so they cost more than a sign-in: libsodium's MODERATE.
inline constexpr PasswordCost kFileCost{3, std::size_t{256} << 20};

// Who will be able to open it: any one of these.
struct FileReaders {
  std::vector<Recipient> recipients = {};  // at most 100
  const FilePassphrase* passphrase = nullptr;
  PasswordCost cost = kFileCost;  // of a guess at the passphrase
};

// What somebody opens it with: one of these, or both.
struct FileOpener {
  const FileIdentity* identity = nullptr;
  const FilePassphrase* passphrase = nullptr;
};

// What is in it. A file of one kind is not opened as another. The numbers stand in files.
enum class FileKind : unsigned char { kBackup = 1, kRecovery = 2, kExport = 3, kRootKey = 4 };

// Not safe to use from several threads at once.
class SealedFileWriter {
 public:
  // Where the file's bytes go, in their order.
  using Sink = UniqueFunction<Status(std::string_view)>;

  // Begins a file; its head goes to `sink` at once.
  // Errors: kInvalidArgument, nobody could read it, or a recipient is no key; kUnavailable, not
  // enough memory for Argon2id; and what `sink` answers.
  static Result<SealedFileWriter> begin(FileKind kind, const FileReaders& readers, Random& random,
                                        Sink sink);
  SealedFileWriter(SealedFileWriter&&) noexcept;
  SealedFileWriter& operator=(SealedFileWriter&&) noexcept;
  ~SealedFileWriter();

  // Appends `piece`, of any size. Errors: what the sink answers; then the file is of no use.
  Status write(std::string_view piece);
  // The end. A file without it is not read to its end by anybody.
  Status finish();

 private:
  struct Impl;
  explicit SealedFileWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Not safe to use from several threads at once.
class SealedFileReader {
 public:
  // Puts up to `size` of the file's next bytes at `out`, and says how many; 0 at its end only.
  using Source = UniqueFunction<Result<std::size_t>(char* out, std::size_t size)>;

  // Reads the head and unlocks the file. `opener` is not used afterwards.
  //
  // Errors:
  //   kInvalidArgument   no such file, of another kind, or of a newer version
  //   kPermissionDenied  the passphrase is wrong, or the identity is none of its recipients'
  //   kCorrupt           it was changed or cut
  //   kUnavailable       not enough memory for Argon2id
  //   and what `source` answers
  static Result<SealedFileReader> begin(FileKind kind, const FileOpener& opener, Source source);
  SealedFileReader(SealedFileReader&&) noexcept;
  SealedFileReader& operator=(SealedFileReader&&) noexcept;
  ~SealedFileReader();

  // The next piece, of at most 64 KiB, authentic and in its place; "" at the authenticated end.
  // What came before is to be trusted only as a beginning until then. The caller wipes what is
  // secret. Errors: kCorrupt, it was changed or cut here; and what the source answers.
  Result<std::string> next();

 private:
  struct Impl;
  explicit SealedFileReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::crypto
