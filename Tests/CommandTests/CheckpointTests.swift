import Foundation
import NetC
import TestSupport
import Testing

/// Checkpoints as users have them, and as nobody should, through the built program.
@Suite struct CheckpointTests {
  private static let folder = Repository.path("Tests/FormatsTests/Fixtures")

  /// The network of the fixtures.
  private func workplace() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.file(
      "n.net",
      """
      netc 1
      network small {
        input image: rgb[H, W]
        y = image |> conv 3x3 4 bias=no @stem |> bn @bn |> relu
        output scores = y |> conv 1x1 3 @head
      }
      """)
    let picture = Data("P6\n8 8\n255\n".utf8) + Data((0..<192).map { UInt8($0) })
    try picture.write(to: URL(filePath: directory.path + "/p.ppm"))
    return directory
  }

  @Test func containersGiveTheSameOutput() throws {
    let directory = try workplace()
    var outputs: [Data] = []
    for name in [
      "checkpoint.safetensors", "checkpoint.pth", "checkpoint-sequential.pth",
      "checkpoint-protocol5.pth", "nested.pth", "nested-sequential.pth", "checkpoint.npz",
      "checkpoint-compressed.npz",
    ] {
      let (output, weights) = ("\(directory.path)/\(name).npy", "\(Self.folder)/\(name)")
      let outcome = netc(
        "run", directory.path + "/n.net", directory.path + "/p.ppm", "-w", weights, "-o", output)
      #expect(outcome.code == .done, "\(name): \(outcome.messages)")
      outputs.append(try Data(contentsOf: URL(filePath: output)))
    }
    #expect(outputs.count == 8 && Set(outputs).count == 1)
    #expect(Set(outputs[0].suffix(768)).count > 100, "a picture's worth of numbers")
  }

  @Test func theKeyIsShown() throws {
    let directory = try workplace()
    let (net, file) = (directory.path + "/n.net", Self.folder + "/nested.pth")
    let text = netc("weights", net, "-w", file)
    #expect(text.code == .done)
    #expect(text.output.contains("nested.pth, under `model_state`: 7 ok, 1 ignored\n"))
    #expect(netc("weights", net, "-w", file, "--json").json["key"] as? String == "model_state")
    let plain = netc("weights", net, "-w", Self.folder + "/checkpoint.pth", "--json")
    #expect(plain.json["key"] is NSNull)
  }

  static let hostile =
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?
    .filter { $0.hasPrefix("hostile-") }.sorted() ?? []

  @Test func theHostileFilesAreThere() { #expect(Self.hostile.count >= 20) }

  /// With an address space of 200 MB, so that memory cannot pass it either.
  @Test(arguments: hostile)
  func hostileFilesAreRefused(_ name: String) throws {
    let directory = try workplace()
    let file = "\(Self.folder)/\(name)"
    for line in ["weights n.net", "run n.net p.ppm -o out.npy"] {
      let outcome = try shell(
        "cd '\(directory.path)' && ulimit -v 195312 && \"$1\" \(line) -w '\(file)'")
      #expect(outcome.code == 3, "\(outcome.errors)")
      // Honest zeros and Python objects are no damage, only not these weights.
      let isForeign = name.contains("honest") || name.contains("objects")
      #expect(outcome.errors.hasPrefix("\(file): error[\(isForeign ? "N0604" : "N0608")]: "))
      #expect(!outcome.errors.contains("cannot be had"), "the limit was not what stopped it")
      #expect(directory.names.sorted() == ["n.net", "p.ppm"], "nothing was run or written")
    }
  }

  @Test(arguments: ["checkpoint.pth", "checkpoint-sequential.pth", "checkpoint.npz"])
  func cutFilesAreRefused(_ name: String) throws {
    let directory = try workplace()
    let whole = try Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)"))
    for length in [0, 1, 40, whole.count / 3, whole.count / 2, whole.count - 30, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: directory.path + "/cut"))
      let outcome = netc("weights", directory.path + "/n.net", "-w", directory.path + "/cut")
      #expect(outcome.code == .files)
      #expect(outcome.messages.contains("error[N0608]"), "\(outcome.messages)")
    }
  }
}
