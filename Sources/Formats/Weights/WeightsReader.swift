/// Opens files of weights by what they hold, whatever they are called.
package enum WeightsReader {
  package static func open(_ path: String) throws(FormatError) -> any WeightSource {
    let file = try OpenFile(path)
    let head = try file.bytes(0..<min(file.size, 512))
    if head.starts(with: ZipArchive.signature) || head.starts(with: [0x50, 0x4B, 5, 6]) {
      return try archive(ZipArchive(file))
    }
    if head.count > 262, Array(head[257..<262]) == Array("ustar".utf8) {
      throw .unsupported(
        "this is a tar file, as torch wrote before 0.1.10; in Python: "
          + "torch.save(torch.load(\(file.quotedName)).state_dict(), \"weights.pth\")",
        at: "byte 257")
    }
    // A pickle of protocol 2 to 5; a safetensors header may have such a length, but has a `{` then.
    if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]), !isHeaderLength(head) {
      return try CheckpointFile(sequential: file)
    }
    if !isHeaderLength(head), let refusal = ForeignFile.refusal(head) { throw refusal }
    return try WeightsFile(file)
  }

  private static func archive(_ archive: ZipArchive) throws(FormatError) -> any WeightSource {
    if archive.entries.contains(where: { CheckpointFile.isPickle($0) }) {
      return try CheckpointFile(archive)
    }
    guard archive.entries.contains(where: { $0.name.hasSuffix(".npy") }) else {
      throw .unsupported(
        "this zip file holds neither the arrays of an .npz nor the data.pkl of a .pth")
    }
    return try NPZArchive(archive)
  }

  /// Whether the first eight bytes can be the length of a safetensors header, whose `{` follows.
  private static func isHeaderLength(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[4..<8].allSatisfy { $0 == 0 } && head[8] == UInt8(ascii: "{")
  }
}
