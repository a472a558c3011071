import Frontend
import IR
import Source
import Tensors
import Testing

/// Where the samples of values lie in the image, and the sides of joins that lie apart.
struct PlacementTests {
  private func checked(_ body: String, uses: String = "") throws -> (CheckedGraph, Convention?) {
    let text = """
      netc 1
      \(uses)
      network n {
        input image: rgb[H, W]
        \(body)
      }

      """
    let program = Program(path: "n.net", bytes: Array(text.utf8)) { _ in nil }
    let elaboration = try #require(program.elaborate())
    var diagnostics = elaboration.diagnostics
    let graph = check(elaboration.graph, requirements: [], into: &diagnostics)
    #expect(!diagnostics.hasErrors, "\(diagnostics.all)")
    return (try #require(graph), elaboration.facts.convention)
  }

  private func place(_ body: String, at size: Int = 512) throws -> (jump: String, start: String) {
    let graph = try checked(body).0.graph
    let value = graph.outputs[0].value
    let place = try #require(placements(graph, .height)[value.index]?.place(at: size))
    return (place.jump.description, place.start.description)
  }

  private func apart(_ body: String, at sizes: [Int] = []) throws -> [Misalignment] {
    let (graph, convention) = try checked(body)
    return misalignments(graph, .height, at: sizes, convention: convention)
  }

  /// Four windows of stride 2 with half their reach of padding: output stride 16.
  private static let trunk = """
    s2 = image |> conv 7x7 4 stride=2 pad=3 @s2
    s4 = s2 |> maxpool 3 stride=2 pad=1
    s8 = s4 |> conv 3x3 4 stride=2 pad=1 @s8
    s16 = s8 |> conv 3x3 4 stride=2 pad=1 @s16
    """

  @Test func windows() throws {
    #expect(try place("output y = image |> conv 3x3 4 stride=2 pad=1 @a") == ("2", "0"))
    #expect(try place("output y = image |> conv 3x3 4 stride=2 pad=valid @a") == ("2", "1"))
    #expect(try place("output y = image |> maxpool 2") == ("2", "1/2"))
    #expect(try place("output y = image |> maxpool 2 |> maxpool 2") == ("4", "3/2"))
    #expect(try place("output y = image |> conv 3x3 4 rate=6 @a") == ("1", "0"))
    #expect(try place("output y = image |> conv 2x2 4 pad=(0, 1, 0, 1) @a") == ("1", "1/2"))
    #expect(
      try place("output y = image |> maxpool 2 |> transposed_conv 2x2 4 stride=2 @a") == ("1", "0"))
    #expect(
      try place("output y = image |> maxpool 2 |> transposed_conv 4x4 4 stride=2 pad=1 @a")
        == ("1", "0"))
    #expect(try place("output y = image |> crop (3, 1, 2, 2)") == ("1", "3"))
    #expect(try place("output y = image |> pad (3, 1, 2, 2)") == ("1", "-3"))
    #expect(try place("\(Self.trunk)\noutput y = s16") == ("16", "0"))
  }

  /// Every level of TensorFlow's SAME shifts by its own step where its size is even.
  @Test func sameOfTF() throws {
    var body = "v0 = image"
    for level in 0..<5 {
      body += "\nv\(level + 1) = v\(level) |> conv 3x3 4 stride=2 pad=same(tf) @v\(level)"
    }
    body += "\noutput y = v5"
    #expect(try place(body, at: 512) == ("32", "31"))
    #expect(try place(body, at: 513) == ("32", "0"))
    #expect(try place(body, at: 514) == ("32", "1"))
    #expect(try place(body, at: 515) == ("32", "2"))
  }

  @Test func resizes() throws {
    #expect(try place("output y = image |> resize 2x") == ("1/2", "-1/4"))
    #expect(try place("output y = image |> resize 0.5x") == ("2", "1/2"))
    #expect(try place("output y = image |> resize 2x mode=nearest") == ("1/2", "-1/4"))
    #expect(try place("output y = image |> resize 0.5x mode=nearest") == ("2", "0"))
    #expect(try place("output y = image |> resize 2x align_corners=yes", at: 3) == ("2/5", "0"))
    let up = "\(Self.trunk)\noutput y = s16 |> resize like=image"
    #expect(try place(up, at: 512) == ("1", "-15/2"))
    #expect(try place("\(up) align_corners=yes", at: 513) == ("1", "0"))
    #expect(try place("\(up) align_corners=yes", at: 512) == ("496/511", "0"))
    #expect(try place("\(up) mode=nearest", at: 512) == ("1", "-15/2"))
    #expect(try place("\(Self.trunk)\noutput y = s16 |> resize 33x33", at: 513) == ("16", "0"))
    #expect(try place("\(Self.trunk)\noutput y = s16 |> resize 66x66", at: 513) == ("8", "-4"))
    let behind = "\(Self.trunk)\noutput y = s16 |> resize 66x66 |> conv 3x3 4 stride=2 pad=0 @z"
    #expect(try place(behind, at: 513) == ("16", "4"))
  }

  /// A resize lands where the weights of its samples say.
  @Test(arguments: [(7, 20), (20, 7), (12, 4), (4, 12), (1, 5), (5, 1), (9, 9), (8, 12)])
  func resizesLieWhereTheyRead(input: Int, output: Int) throws {
    for (mode, aligned) in [
      (ResizeSpec.Mode.bilinear, false), (.bilinear, true), (.nearest, false),
    ] {
      let text = mode == .nearest ? "mode=nearest" : "align_corners=\(aligned ? "yes" : "no")"
      let found = try place("output y = image |> resize \(output)x\(output) \(text)", at: input)
      let jump = try #require(number(found.jump))
      let start = try #require(number(found.start))
      let spec = ResizeSpec(target: .fixed(Size2(output)), mode: mode, alignCorners: aligned)
      let samples = spec.samples(.height, input: input, output: output)
      // Away from the clamped ends; nearest in the mean over a period.
      let read = samples.map { Double($0.low) + $0.weight }
      if mode == .nearest {
        guard input > 1 || output > 1, input != output else { continue }
        let place = (0..<output).map { start + Double($0) * jump }
        let difference = zip(read, place).map { $0 - $1 }.reduce(0, +) / Double(output)
        #expect(abs(difference) < 1e-9, "\(mode) \(input) \(output)")
      } else {
        for (index, sample) in samples.enumerated() where sample.weight > 0 && sample.weight < 1 {
          let place = start + Double(index) * jump
          guard place > 0, place < Double(input - 1) else { continue }
          #expect(abs(place - read[index]) < 1e-9, "\(aligned) \(input) \(output)")
        }
      }
    }
  }

  private func number(_ text: String) -> Double? {
    let parts = text.split(separator: "/").compactMap { Double($0) }
    return parts.count == 2 ? parts[0] / parts[1] : parts.first
  }

  /// architectures.md, section 1: why the sizes are 16k + 1.
  @Test func alignedCornersNeed513() throws {
    let body = "\(Self.trunk)\noutput y = s16 |> resize like=image align_corners=yes"
    #expect(try apart(body).isEmpty)
    #expect(try apart(body, at: [513]).isEmpty)
    let found = try #require(apart(body, at: [513, 512]).first)
    #expect(found.aligned?.text("H") == "H mod 16 = 1")
    #expect((found.size, found.first, found.last) == (512, .zero, Rational(-15)))
  }

  @Test func halfPixelsAfterCentredStrides() throws {
    let body = "\(Self.trunk)\noutput y = s16 |> resize like=image"
    let found = try #require(apart(body).first)
    #expect(found.aligned?.isEmpty == true)
    #expect(found.first == found.last && found.distance.description == "15/2")
    // Pools of 2x2 move a map by the half pixels that the resize moves it back.
    let pooled = "a = image |> maxpool 2 |> maxpool 2\noutput y = a |> resize like=image"
    #expect(try apart(pooled, at: [512]).isEmpty)
    let odd = try #require(apart(pooled, at: [511]).first)
    #expect(odd.aligned?.text("H") == "H mod 4 = 0")
  }

  @Test func oneCauseIsOneFinding() throws {
    let body = """
      \(Self.trunk)
      up = s16 |> resize like=s4
      joined = concat(up, s4) |> conv 3x3 4 @j
      output y = joined + s4
      """
    let found = try apart(body)
    #expect(found.map(\.distance.description) == ["6"])
  }

  @Test func joins() throws {
    let body = """
      a = image |> conv 3x3 3 stride=2 pad=1 @a
      b = image |> avgpool 2 stride=2 |> conv 1x1 3 @b
      output y = a + b
      """
    // the averages lie half a pixel further on, whatever framework trained them
    #expect(try apart(body, at: [512]).map(\.distance.description) == ["1/2"])
    #expect(try apart("convention torch\n\(body)", at: [512]).count == 1)
    let gate = "g = image |> avgpool global |> conv 1x1 3 @g\noutput y = image * g"
    #expect(try apart(gate, at: [512]).isEmpty)
  }

  @Test func conventionsDeclare() throws {
    let torch = "\(Self.trunk)\noutput y = s16 |> resize like=image align_corners=no"
    #expect(try apart("convention torch\n\(torch)", at: [512]).isEmpty)
    #expect(try apart("convention tf\n\(torch)", at: [512]).count == 1)
    let aligned = "\(Self.trunk)\noutput y = s16 |> resize like=image align_corners=yes"
    #expect(try apart("convention tf\n\(aligned)", at: [512]).isEmpty)
    #expect(try apart("convention torch\n\(aligned)", at: [512]).count == 1)
    let same = """
      a = image |> conv 3x3 3 stride=2 pad=same(tf) @a
      b = image |> conv 1x1 3 stride=2 pad=0 @b
      output y = a + b
      """
    #expect(try apart(same, at: [512]).map(\.distance.description) == ["1"])
    #expect(try apart(same, at: [513]).isEmpty)
    #expect(try apart("convention tf\n\(same)", at: [512]).isEmpty)
    // A declaration says nothing of what the framework does not do.
    let half = "a = image |> crop (2, 0, 2, 0)\noutput y = a |> resize like=image align_corners=no"
    #expect(try apart("convention caffe\n\(half)", at: [512]).count == 1)
  }
}
