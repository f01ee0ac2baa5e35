#include "backup/archive.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace strongroom::backup {
namespace {

constexpr std::size_t kLengthBytes = 4;

Error damaged(const char* detail) {
  return Error{Code::kCorrupt, "The backup does not hold what it should.", detail};
}

std::size_t length_in(std::string_view bytes) {
  std::size_t length = 0;
  for (const char c : bytes) length = (length << 8U) | static_cast<unsigned char>(c);
  return length;
}

}  // namespace

Result<std::string> archive_head(const Manifest& manifest) {
  const std::string json = to_json(manifest);
  if (json.size() > kMaxManifest) {
    return Error{Code::kInternal, "What a backup says of itself is too long."};
  }
  std::string head;
  for (int shift = 24; shift >= 0; shift -= 8) {
    head.push_back(static_cast<char>((json.size() >> static_cast<unsigned>(shift)) & 0xffU));
  }
  return head + json;
}

struct ArchiveReader::Impl {
  explicit Impl(Sink where) : sink(std::move(where)) {}

  // The manifest, once all of it is there; `piece` becomes what follows it.
  Status take_head(std::string_view& piece) {
    const auto fill = [&](std::size_t size) {
      const std::size_t missing = std::min(size - std::min(size, head.size()), piece.size());
      head.append(piece.substr(0, missing));
      piece.remove_prefix(missing);
      return head.size() >= size;
    };
    if (!fill(kLengthBytes)) return {};
    const std::size_t length = length_in(std::string_view(head).substr(0, kLengthBytes));
    if (length == 0 || length > kMaxManifest) return damaged("its head has an impossible length");
    if (!fill(kLengthBytes + length)) return {};
    STRONGROOM_TRY(manifest, manifest_from_json(std::string_view(head).substr(kLengthBytes)));
    STRONGROOM_CHECK(sink.manifest(*manifest));
    return begin_part();
  }

  // The next part that is not empty, or the end.
  Status begin_part() {
    while (next < manifest->parts.size()) {
      const Part& part = manifest->parts[next];
      STRONGROOM_CHECK(sink.begin(part));
      left = part.size;
      if (left > 0) return {};
      STRONGROOM_CHECK(sink.end());
      ++next;
    }
    return {};
  }

  Status take_part(std::string_view& piece) {
    if (next >= manifest->parts.size()) return damaged("there is more than its parts");
    const auto size = std::min(static_cast<std::uint64_t>(left), std::uint64_t{piece.size()});
    STRONGROOM_CHECK(sink.bytes(piece.substr(0, size)));
    piece.remove_prefix(size);
    left -= static_cast<std::int64_t>(size);
    if (left > 0) return {};
    STRONGROOM_CHECK(sink.end());
    ++next;
    return begin_part();
  }

  Sink sink;
  std::string head;
  std::optional<Manifest> manifest;
  std::size_t next = 0;  // the part that is being read
  std::int64_t left = 0;
};

ArchiveReader::ArchiveReader(Sink sink) : impl_(std::make_unique<Impl>(std::move(sink))) {}
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

Status ArchiveReader::take(std::string_view piece) {
  while (!piece.empty()) {
    STRONGROOM_CHECK(impl_->manifest ? impl_->take_part(piece) : impl_->take_head(piece));
  }
  return {};
}

Status ArchiveReader::finish() {
  if (!impl_->manifest || impl_->next < impl_->manifest->parts.size()) {
    return damaged("something is missing at its end");
  }
  return {};
}

}  // namespace strongroom::backup
