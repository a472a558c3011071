/// Opens files of weights by what they hold, whatever they are called.
package enum WeightsReader {
  package static func open(_ path: String) throws(FormatError) -> any WeightSource {
    let file = try OpenFile(path)
    let head = try file.bytes(0..<min(file.size, 16))
    if head.starts(with: ZipArchive.signature) {
      return try NPZArchive(ZipArchive(file))
    }
    return try WeightsFile(file)
  }
}
