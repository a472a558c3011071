import IR
import NetC
import Planning
import Runtime
import Tensors
import Testing

/// A network at a smaller output stride computes the same values and more of them: every sample of
/// the strided result stands in the dense one, bit for bit.
@Suite struct RetargetingTests {
  #if DEBUG
    static let chains = 40
  #else
    static let chains = 400
  #endif

  /// A chain of convolutions and pools with odd and even kernels, asymmetric pads and strides 1–3.
  private struct Chain {
    let body: String
    let stride: (height: Int, width: Int)

    init(seed: UInt64) {
      var random = SplitMix64(seed: seed, name: "chain")
      func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
      }
      var stages: [String] = []
      var stride = (height: 1, width: 1)
      for layer in 0..<draw(2...5) {
        let kernel = (draw(1...4), draw(1...4))
        let rate = draw(1...2)
        let pads = (0..<4).map { $0 < 2 ? draw(0...kernel.0 / 2) : draw(0...kernel.1 / 2) }
        let step = (draw(1...3), draw(1...3))
        stride = (stride.height * step.0, stride.width * step.1)
        let pad = pads.map(String.init).joined(separator: ", ")
        let window = "stride=\(step.0)x\(step.1) rate=\(rate) pad=(\(pad))"
        let size = "\(kernel.0)x\(kernel.1)"
        switch draw(0...3) {
        case 0: stages.append("maxpool \(size) \(window)")
        case 1: stages.append("avgpool \(size) \(window)")
        default: stages.append("conv \(size) 3 \(window) @l\(layer) |> relu")
        }
      }
      body = "x |> " + stages.joined(separator: " |> ")
      self.stride = stride
    }

    func network(_ outputStride: String) -> String {
      """
      netc 1
      block chain(x) { out = \(body) }
      network n {
        input image: tensor[2, H, W]
        output y = image |> chain \(outputStride) @c
      }
      """
    }
  }

  private func run(_ text: String, at sizes: Sizes, seed: UInt64) throws -> Tensor? {
    let compilation = Compilation(path: "chain.net", bytes: Array(text.utf8)) { _ in nil }
    guard let checked = compilation.checked, checked.admissible.contains(sizes) else { return nil }
    let plan = try plan(checked, at: sizes)
    let weights = try randomWeights(checked.graph.parameters, seed: seed)
    let inputs = try plan.inputs.map {
      try randomInput(name: $0.name, shape: $0.shape, seed: seed)
    }
    return try Executable(plan, weights: weights).run(inputs)[0]
  }

  @Test func denseChainsHoldTheStridedOnes() throws {
    var compared = 0
    var dropped = 0
    for seed in 0..<UInt64(Self.chains) {
      let chain = Chain(seed: seed)
      let sizes = Sizes(height: 41 + Int(seed % 17), width: 37 + Int(seed % 13), batch: 2)
      guard let strided = try run(chain.network(""), at: sizes, seed: seed),
        let dense = try run(chain.network("os=1"), at: sizes, seed: seed)
      else { continue }
      compared += 1
      if chain.stride.height * chain.stride.width > 1 { dropped += 1 }
      let (small, large) = (strided.shape, dense.shape)
      let (values, all) = (strided.values, dense.values)
      var different = 0
      for plane in 0..<small.n * small.c {
        for row in 0..<small.h {
          for column in 0..<small.w {
            let own = values[(plane * small.h + row) * small.w + column]
            let place =
              (plane * large.h + row * chain.stride.height) * large.w + column * chain.stride.width
            if own.bitPattern != all[place].bitPattern { different += 1 }
          }
        }
      }
      #expect(different == 0, "chain \(seed): \(chain.body)")
    }
    #expect(compared > Self.chains / 2, "\(compared) of \(Self.chains) exist at their size")
    #expect(dropped > compared / 2)
  }
}
