import Foundation
import Tensors
import Testing

/// A network with the numbers that PyTorch or numpy computed for it (Tests/Oracle/generate.py).
struct OracleRecord: Sendable, CustomTestStringConvertible {
  let name: String
  let seed: UInt64
  let batch: Int
  let channels: Int
  let height: Int
  let width: Int
  /// x1, y1, x2, y2 of each window; empty without a second input.
  let windows: [Float]
  let output: String
  let shape: [Int]
  let expected: [Float]
  let text: String

  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Oracle")

  /// All records; the format is documented at the head of generate.py.
  static let all: [OracleRecord] = {
    guard
      let text = try? String(contentsOf: folder.appending(path: "networks.txt"), encoding: .utf8),
      let data = try? Data(contentsOf: folder.appending(path: "outputs.bin"))
    else { return [] }
    let values = floats(data)
    return text.components(separatedBy: "\n----\n").compactMap { record(String($0), values) }
  }()

  static func floats(_ data: Data) -> [Float] {
    stride(from: 0, to: data.count - 3, by: 4).map { offset in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[offset + $1]) << (8 * UInt32($1)) }
      return Float(bitPattern: bits)
    }
  }

  private static func record(_ text: String, _ values: [Float]) -> OracleRecord? {
    guard let end = text.firstIndex(of: "\n") else { return nil }
    let pairs = text[..<end].split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
    let fields = Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) })
    func numbers(_ key: String) -> [Int] {
      (fields[key] ?? "").split(separator: "x").compactMap { Int($0) }
    }
    let windows = (fields["windows"] ?? "-").split(whereSeparator: { ";,".contains($0) })
    let size = numbers("x")
    guard let offset = Int(fields["offset"] ?? ""), let count = Int(fields["count"] ?? ""),
      size.count == 3
    else { return nil }
    return OracleRecord(
      name: fields["network"] ?? "", seed: UInt64(fields["seed"] ?? "") ?? 0,
      batch: Int(fields["batch"] ?? "") ?? 1, channels: size[0], height: size[1], width: size[2],
      windows: windows.compactMap { Float($0) }, output: fields["output"] ?? "",
      shape: numbers("shape"), expected: Array(values[offset..<offset + count]),
      text: String(text[text.index(after: end)...]))
  }

  func with(text: String) -> OracleRecord {
    OracleRecord(
      name: name, seed: seed, batch: batch, channels: channels, height: height, width: width,
      windows: windows, output: output, shape: shape, expected: expected, text: text)
  }
}
