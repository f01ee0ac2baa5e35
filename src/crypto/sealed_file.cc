#include "crypto/sealed_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include <sodium.h>

#include "crypto/equal.h"
#include "crypto/file_lock_box.h"
#include "crypto/mac_key.h"

namespace strongroom::crypto {
namespace {

// The head: magic, version, kind, whether there is a passphrase's lock, how many recipients', the
// locks in this order, the MAC; behind it the stream's own head.
constexpr std::string_view kMagic = "strongroom-file\n";
constexpr char kVersion = 1;
constexpr std::size_t kVersionAt = kMagic.size();
constexpr std::size_t kKindAt = kVersionAt + 1;
constexpr std::size_t kPassphrasesAt = kKindAt + 1;
constexpr std::size_t kRecipientsAt = kPassphrasesAt + 1;
constexpr std::size_t kFixedBytes = kRecipientsAt + 1;
constexpr std::size_t kMacBytes = std::tuple_size_v<Sha256Digest>;
constexpr std::size_t kStreamHeadBytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr std::size_t kPieceOverhead = crypto_secretstream_xchacha20poly1305_ABYTES;

constexpr std::string_view kHeadInfo = "strongroom sealed file, head, HMAC-SHA-256, 1";
constexpr std::string_view kStreamInfo = "strongroom sealed file, pieces, XChaCha20-Poly1305, 1";

using StreamState = crypto_secretstream_xchacha20poly1305_state;

std::string_view view(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Sha256Digest mac_of(std::string_view file_key, std::string_view head) {
  Sha256Digest key = hkdf_expand(file_key, kHeadInfo);
  const Sha256Digest mac = hmac_sha256(view(key), head);
  wipe(key);
  return mac;
}

Error changed() { return Error{Code::kCorrupt, "The file was changed or cut; it is not used."}; }

Result<std::string> make_head(FileKind kind, const FileReaders& readers, std::string_view file_key,
                              Random& random) {
  if (readers.recipients.size() > kMaxRecipients ||
      (readers.recipients.empty() && readers.passphrase == nullptr)) {
    return Error{Code::kInvalidArgument,
                 "A sealed file needs a passphrase or 1 to 100 recipients."};
  }
  std::string head(kMagic);
  head.push_back(kVersion);
  head.push_back(static_cast<char>(kind));
  head.push_back(readers.passphrase == nullptr ? '\0' : '\1');
  head.push_back(static_cast<char>(readers.recipients.size()));
  if (readers.passphrase != nullptr) {
    STRONGROOM_TRY(const std::string lock,
                   lock_with_passphrase(file_key, *readers.passphrase, readers.cost, random));
    head += lock;
  }
  for (const Recipient& recipient : readers.recipients) {
    STRONGROOM_TRY(const std::string lock, lock_for_recipient(file_key, recipient));
    head += lock;
  }
  head += view(mac_of(file_key, head));
  return head;
}

// Appends up to `size` bytes, fewer only at the file's end; how many.
Result<std::size_t> append_from(SealedFileReader::Source& source, std::size_t size,
                                std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + size);
  std::size_t got = 0;
  while (got < size) {
    STRONGROOM_TRY(const std::size_t more, source(out.data() + before + got, size - got));
    if (more == 0) break;
    got += std::min(more, size - got);
  }
  out.resize(before + got);
  return got;
}

// The head up to and without its MAC, checked for what can be checked without the file key.
Result<std::string> read_head(FileKind kind, SealedFileReader::Source& source) {
  std::string head;
  STRONGROOM_TRY(const std::size_t got, append_from(source, kFixedBytes, head));
  if (!head.starts_with(kMagic.substr(0, got))) {
    return Error{Code::kInvalidArgument, "This is no sealed file of Strongroom."};
  }
  if (got < kFixedBytes) return changed();
  if (head[kVersionAt] != kVersion) {
    return Error{Code::kInvalidArgument,
                 "This file is of a newer version of Strongroom than this one."};
  }
  if (head[kKindAt] != static_cast<char>(kind)) {
    return Error{Code::kInvalidArgument, "This sealed file is of another kind."};
  }
  const auto passphrases = static_cast<unsigned char>(head[kPassphrasesAt]);
  const auto recipients = static_cast<unsigned char>(head[kRecipientsAt]);
  if (passphrases > 1 || recipients > kMaxRecipients) return changed();
  const std::size_t locks = passphrases * kPassphraseLockBytes + recipients * kRecipientLockBytes;
  STRONGROOM_TRY(const std::size_t locks_got, append_from(source, locks, head));
  if (locks_got < locks) return changed();
  return head;
}

Result<std::optional<SecretBytes>> try_locks(std::string_view head, const FileOpener& opener) {
  const bool has_passphrase = head[kPassphrasesAt] == '\1';
  const std::string_view locks = head.substr(kFixedBytes);
  if (has_passphrase && opener.passphrase != nullptr) {
    STRONGROOM_TRY(
        std::optional<SecretBytes> key,
        unlock_with_passphrase(locks.substr(0, kPassphraseLockBytes), *opener.passphrase));
    if (key) return key;
  }
  if (opener.identity == nullptr) return std::optional<SecretBytes>();
  return unlock_with_identity(locks.substr(has_passphrase ? kPassphraseLockBytes : 0),
                              *opener.identity);
}

Result<SecretBytes> unlock(std::string_view head, const FileOpener& opener) {
  STRONGROOM_TRY(std::optional<SecretBytes> key, try_locks(head, opener));
  if (key) return *std::move(key);
  return Error{Code::kPermissionDenied,
               "The file does not open: the passphrase is wrong, or it was sealed for others."};
}

}  // namespace

struct SealedFileWriter::Impl {
  Impl(Sink the_sink, std::string_view file_key, const Sha256Digest& the_mac)
      : sink(std::move(the_sink)), mac(the_mac) {
    Sha256Digest key = hkdf_expand(file_key, kStreamInfo);
    head.resize(kStreamHeadBytes);
    crypto_secretstream_xchacha20poly1305_init_push(&state, bytes(head), bytes(view(key)));
    wipe(key);
    piece.reserve(kPieceBytes);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    sodium_memzero(&state, sizeof(state));
    wipe(piece);
  }

  // Seals what is in `piece`, and empties it.
  Status put(unsigned char tag) {
    std::string sealed(piece.size() + kPieceOverhead, '\0');
    const std::string_view place = view(mac);
    crypto_secretstream_xchacha20poly1305_push(&state, bytes(sealed), nullptr,
                                               bytes(std::string_view(piece)), piece.size(),
                                               bytes(place), place.size(), tag);
    wipe(std::as_writable_bytes(std::span(piece)));
    piece.clear();
    return sink(sealed);
  }

  Sink sink;
  const Sha256Digest mac;  // of the head: ties each piece to it
  StreamState state{};
  std::string head;
  std::string piece;  // what waits; a full one waits too, as it may be the last
};

SealedFileWriter::SealedFileWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SealedFileWriter::SealedFileWriter(SealedFileWriter&&) noexcept = default;
SealedFileWriter& SealedFileWriter::operator=(SealedFileWriter&&) noexcept = default;
SealedFileWriter::~SealedFileWriter() = default;

Result<SealedFileWriter> SealedFileWriter::begin(FileKind kind, const FileReaders& readers,
                                                 Random& random, Sink sink) {
  if (!sodium_is_ready()) return Error{Code::kInternal, "Encryption cannot be used."};
  std::array<std::byte, kFileKeyBytes> file_key;
  random.fill(file_key);
  const std::string_view key(reinterpret_cast<const char*>(file_key.data()), file_key.size());
  const Result<std::string> head = make_head(kind, readers, key, random);
  std::unique_ptr<Impl> impl;
  if (head) {
    impl = std::make_unique<Impl>(std::move(sink), key,
                                  mac_of(key, {head->data(), head->size() - kMacBytes}));
  }
  wipe(file_key);
  if (!head) return head.error();
  STRONGROOM_CHECK(impl->sink(*head));
  STRONGROOM_CHECK(impl->sink(impl->head));
  return SealedFileWriter(std::move(impl));
}

Status SealedFileWriter::write(std::string_view piece) {
  while (!piece.empty()) {
    if (impl_->piece.size() == kPieceBytes) STRONGROOM_CHECK(impl_->put(0));
    const std::string_view now = piece.substr(0, kPieceBytes - impl_->piece.size());
    impl_->piece += now;
    piece.remove_prefix(now.size());
  }
  return {};
}

Status SealedFileWriter::finish() {
  return impl_->put(crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

struct SealedFileReader::Impl {
  Impl(Source the_source, std::string_view file_key, const Sha256Digest& the_mac)
      : source(std::move(the_source)), mac(the_mac), key(hkdf_expand(file_key, kStreamInfo)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    sodium_memzero(&state, sizeof(state));
    wipe(key);
  }

  // Opens the next piece, and says whether it is the last.
  Result<bool> pull(std::string& out) {
    std::string sealed;
    STRONGROOM_TRY(const std::size_t got,
                   append_from(source, kPieceBytes + kPieceOverhead, sealed));
    if (got < kPieceOverhead) return changed();
    out.resize(got - kPieceOverhead);
    unsigned char tag = 0;
    const std::string_view place = view(mac);
    if (crypto_secretstream_xchacha20poly1305_pull(&state, bytes(out), nullptr, &tag,
                                                   bytes(std::string_view(sealed)), got,
                                                   bytes(place), place.size()) != 0) {
      wipe(out);
      return changed();
    }
    return tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  }

  Source source;
  const Sha256Digest mac;
  Sha256Digest key;
  StreamState state{};
  bool is_at_end = false;
};

SealedFileReader::SealedFileReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SealedFileReader::SealedFileReader(SealedFileReader&&) noexcept = default;
SealedFileReader& SealedFileReader::operator=(SealedFileReader&&) noexcept = default;
SealedFileReader::~SealedFileReader() = default;

Result<SealedFileReader> SealedFileReader::begin(FileKind kind, const FileOpener& opener,
                                                 Source source) {
  if (!sodium_is_ready()) return Error{Code::kInternal, "Encryption cannot be used."};
  STRONGROOM_TRY(const std::string head, read_head(kind, source));
  std::string rest;
  STRONGROOM_TRY(const std::size_t got, append_from(source, kMacBytes + kStreamHeadBytes, rest));
  if (got < kMacBytes + kStreamHeadBytes) return changed();
  STRONGROOM_TRY(const SecretBytes file_key, unlock(head, opener));
  const Sha256Digest mac = mac_of(file_key.view(), head);
  if (!constant_time_equal(view(mac), std::string_view(rest).substr(0, kMacBytes))) {
    return changed();
  }
  auto impl = std::make_unique<Impl>(std::move(source), file_key.view(), mac);
  if (crypto_secretstream_xchacha20poly1305_init_pull(
          &impl->state, bytes(std::string_view(rest).substr(kMacBytes)), bytes(view(impl->key))) !=
      0) {
    return changed();
  }
  return SealedFileReader(std::move(impl));
}

Result<std::string> SealedFileReader::next() {
  std::string piece;
  if (impl_->is_at_end) return piece;
  STRONGROOM_TRY(impl_->is_at_end, impl_->pull(piece));
  if (!impl_->is_at_end) {
    if (piece.size() == kPieceBytes) return piece;
    wipe(piece);  // an empty one in the middle would look like the end
    return changed();
  }
  std::string beyond;
  Result<std::size_t> more = append_from(impl_->source, 1, beyond);
  if (more && *more == 0) return piece;
  wipe(piece);
  if (!more) return std::move(more).error();
  return changed();
}

}  // namespace strongroom::crypto
