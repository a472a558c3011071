/// What is handed over as weights and is none: pages of a failed download, pictures, archives.
enum ForeignFile {
  /// The first bytes of each, what it is, and what to do.
  private static let kinds: [(magic: [UInt8], text: String)] = [
    (
      Array("version https://git-lfs".utf8),
      "this is a pointer of Git LFS, not the weights: fetch them with `git lfs pull`"
    ),
    (NPYHeader.magic, "this is a single array; save them by name: numpy.savez(\"weights.npz\", …)"),
    ([0x1F, 0x8B], "this is a gzip file: unpack it first"),
    ([0x89, 0x48, 0x44, 0x46], "this is an HDF5 file, as Keras writes it, \(expected)"),
    ([0x89, 0x50, 0x4E, 0x47], "this is a PNG picture, \(expected)"),
    ([0xFF, 0xD8, 0xFF], "this is a JPEG picture, \(expected)"),
  ]

  private static let expected = "expected safetensors, a .pth checkpoint or .npz"

  /// Why a file that begins so cannot be weights; nil where it can be safetensors.
  static func refusal(_ head: [UInt8]) -> FormatError? {
    if head.isEmpty { return .malformed("the file is empty, \(expected)") }
    for kind in kinds where head.starts(with: kind.magic) {
      return .unsupported(kind.text, at: "byte 0")
    }
    let blanks: [UInt8] = [0x09, 0x0A, 0x0D, 0x20]
    if head.first(where: { !blanks.contains($0) }) == UInt8(ascii: "<") {
      return .unsupported(
        "this is a page of HTML, not the weights: the download failed; open its address in a browser",
        at: "byte 0")
    }
    // A safetensors header has far fewer than 2^32 bytes.
    if head.count >= 8, head[4..<8].contains(where: { $0 != 0 }) {
      return .unsupported("not weights that netc knows, \(expected)", at: "byte 0")
    }
    return nil
  }
}
