import Frontend
import IR
import Source
import Tensors
import Testing

/// Series of atrous layers in whole networks.
struct GriddingTests {
  private func found(_ body: String, uses: String = "") throws -> [Gridding] {
    let text = """
      netc 1
      \(uses)
      network n {
        input x: tensor[8, H, W]
        \(body)
      }

      """
    let program = Program(path: "n.net", bytes: Array(text.utf8)) { _ in nil }
    let elaboration = try #require(program.elaborate())
    #expect(!elaboration.diagnostics.hasErrors, "\(elaboration.diagnostics.all)")
    return gridding(elaboration.graph, .height)
  }

  private func rates(_ rates: [Int], from start: String = "x") -> String {
    start + rates.enumerated().map { " |> conv 3x3 8 rate=\($1) @c\($0)" }.joined()
  }

  @Test func aSeriesByHand() throws {
    let own = try #require(found("output y = \(rates([2, 2, 2]))").first)
    #expect(own.rates == [2, 2, 2])
    #expect((own.offsets.count, own.offsets.span) == (7, 13))
    #expect(!own.isByOutputStride && own.closing == nil)
    #expect(own.nearestRates == [1, 2, 2])
    #expect(try found("output y = \(rates([1, 2, 5]))").isEmpty)
    #expect(try found("output y = \(rates([4]))").isEmpty)
  }

  @Test func whatEndsASeries() throws {
    let middle = "a = \(rates([2, 2]))\n"
    #expect(try found(middle + "output y = a |> resize 2x").count == 1)
    #expect(try found(middle + "output y = a |> conv 3x3 8 stride=2 pad=1 @s").count == 1)
    #expect(try found(middle + "output y = a |> avgpool global").count == 1)
    let closed = try found(middle + "output y = a |> conv 3x3 8 @s")
    #expect(closed.count == 1 && closed[0].closing != nil)
    let both = try found(middle + "output z = a\noutput y = a |> conv 3x3 8 @s")
    #expect(both.count == 1 && both[0].closing == nil)
  }

  @Test func whatStartsOne() throws {
    let late = rates([2, 2], from: "a")
    for start in [
      "x |> conv 3x3 8 stride=2 pad=1 @s", "x |> maxpool 2", "x |> resize 2x",
      "x |> transposed_conv 2x2 8 stride=2 @s",
    ] {
      #expect(try found("a = x |> conv 3x3 8 @b0\nb = a\noutput y = \(late)").isEmpty)
      #expect(try found("a = \(start)\noutput y = \(late)").count == 1)
    }
  }

  @Test func branchesAreNoSeries() throws {
    func fork(_ start: String) -> String {
      """
      a = \(start) |> conv 3x3 8 rate=6 @a
      b = \(start) |> conv 3x3 8 rate=12 @b
      c = concat(\(start), a, b)
      output y = c |> conv 3x3 8 rate=2 @d
      """
    }
    #expect(try found(fork("x")).isEmpty)
    // What comes before the fork and behind the join is a series all the same.
    let trunk = try found("t = \(rates([2, 2]))\n\(fork("t"))")
    #expect(trunk.map(\.rates) == [[2, 2, 2]])
  }

  @Test func denseConnections() throws {
    let body = """
      a = x |> conv 3x3 8 rate=2 @a
      b = concat(x, a) |> conv 3x3 8 rate=2 @b
      output y = concat(x, a, b) |> conv 3x3 8 rate=2 @c
      """
    #expect(try found(body).map(\.rates) == [[2, 2, 2]])
  }
}
