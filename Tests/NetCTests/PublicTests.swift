import Foundation
import NetC
import Testing

/// What programs that use the library see.
@Suite struct PublicTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  @Test func compilesAndRuns() throws {
    let network = try Network(path: "\(Self.root)/models/scenes.net")
    #expect(network.name == "scenes")
    #expect(network.parameterCount == 892_928)
    #expect(network.outputs == ["logits", "labels"])
    #expect(network.admits(height: 97, width: 131))
    #expect(network.admissibleSizes == ("all H >= 1", "all W >= 1"))
    let picture = "\(Self.root)/models/scenes/held-out/10003.ppm"
    let result = try network.model().run(picture)
    #expect(result.shape == [1, 160, 160])
    #expect(Set(result.values).isSubset(of: Set((0..<8).map(Float.init))))
    let random = try network.model(randomSeed: 3).run(picture, output: "logits")
    #expect(random.shape == [1, 8, 160, 160])
  }

  @Test func settingsAndErrors() throws {
    let flagship = "\(Self.root)/models/deeplabv3plus.net"
    let cityscapes = try Network(path: flagship, settings: ["classes": "19", "os": "8"])
    #expect(cityscapes.parameterCount == 59_344_309 - 2 * 257)
    let error = #expect(throws: NetcError.self) { try Network(path: "/nowhere.net") }
    #expect(error?.code == "N0801")
    let unknown = #expect(throws: NetcError.self) {
      try Network(path: flagship, settings: ["clases": "3"])
    }
    #expect(unknown?.code == "N0217")
    let missing = #expect(throws: NetcError.self) { try Network(path: flagship).model() }
    #expect(missing?.code == "N0603")
  }
}
