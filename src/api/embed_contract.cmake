# Writes OUTPUT, a C++ source with the bytes of INPUT.
# Run by: cmake -DOUTPUT=... -DINPUT=api.yaml -P embed_contract.cmake

file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE "${OUTPUT}" "// Generated from api.yaml.
#include \"api/contract.h\"

namespace strongroom::api {
namespace {

constexpr char kContract[] = {${bytes}'\\0'};

}  // namespace

std::string_view contract_text() { return {kContract, sizeof(kContract) - 1}; }

}  // namespace strongroom::api
")
