import Formats
import IR
import Source
import Tensors
import Testing

@testable import NetC

struct FitTests {
  private func preparation(_ input: String, _ more: String = "") throws -> Preparation {
    let (checked, _) = try compiled(
      "input image: \(input)\noutput copy = image |> relu\n\(more)")
    return Preparation(checked.graph.inputs[0], of: checked)
  }

  private func sides(_ fit: Fit) -> [Int] { [fit.height.input, fit.width.input] }

  private func refusal(_ preparation: Preparation, _ height: Int, _ width: Int) -> Diagnostic? {
    do {
      _ = try preparation.fit(height: height, width: width, path: "p.ppm")
      return nil
    } catch {
      return error
    }
  }

  @Test func exact() throws {
    let some = try preparation("rgb[H, W]", "require H % 32 == 0 and W % 32 == 0")
    #expect(try some.fit(height: 64, width: 96, path: "p").isExact)
    let finding = try #require(refusal(some, 64, 97))
    #expect(finding.code == .wrongInputSize)
    #expect(finding.message.contains("64x97"))
    #expect(finding.help?.contains("fit=pad") == true)
    let fixed = try preparation("rgb[224, 224]")
    #expect(try fixed.fit(height: 224, width: 224, path: "p").isExact)
    #expect(refusal(fixed, 224, 225)?.message.contains("takes 224x224") == true)
  }

  @Test func pad() throws {
    let some = try preparation("rgb[H, W] fit=pad", "require H % 32 == 0 and W % 32 == 0")
    let fit = try some.fit(height: 33, width: 64, path: "p")
    #expect(sides(fit) == [64, 64])
    #expect(fit.isPadded)
    let picture = Picture(
      width: 1, height: 2, channels: 3, bytes: [1, 2, 3, 4, 5, 6])
    let small = try preparation("rgb[3, 2] fit=pad mean=[1, 1, 1]")
    let tensor = try small.tensor(picture, try small.fit(height: 2, width: 1, path: "p"))
    #expect(tensor.shape.dimensions == [1, 3, 3, 2])
    #expect(Array(tensor.values[..<6]) == [0, 0, 3, 0, 0, 0])
    #expect(refusal(small, 4, 1)?.code == .wrongInputSize)
  }

  @Test func crop() throws {
    let some = try preparation("rgb[H, W] fit=crop", "require H % 32 == 0 and W % 32 == 0")
    let fit = try some.fit(height: 70, width: 64, path: "p")
    #expect(sides(fit) == [64, 64])
    #expect(fit.height.offset == 3 && fit.width.offset == 0)
    #expect(refusal(some, 31, 64)?.code == .wrongInputSize)
    let fixed = try preparation("rgb[100, 200] fit=crop")
    let cover = try fixed.fit(height: 300, width: 400, path: "p")
    #expect(cover.height.resized == 150 && cover.width.resized == 200)
    #expect(cover.height.offset == 25 && cover.width.offset == 0)
    #expect(sides(try fixed.fit(height: 10, width: 7, path: "p")) == [100, 200])
  }

  @Test func classification() throws {
    let fixed = try preparation("rgb[224, 224] fit=shorter(256)")
    let fit = try fixed.fit(height: 480, width: 640, path: "p")
    #expect(fit.height.resized == 256 && fit.width.resized == 341)
    #expect(sides(fit) == [224, 224])
    #expect(fit.height.offset == 16 && fit.width.offset == 58)
    let varying = try preparation("rgb[H, W] fit=shorter(256, 224)")
    #expect(try varying.fit(height: 480, width: 640, path: "p") == fit)
    let refused = try preparation("rgb[H, W] fit=shorter(64, 48)", "require H % 32 == 0")
    #expect(refusal(refused, 100, 140)?.message.contains("(64, 48)` the picture is 48x48") == true)
    let other = try preparation("rgb[224, 224] fit=shorter(256, 200)")
    #expect(refusal(other, 480, 640)?.message.contains("takes 224x224") == true)
  }

  @Test func shorterMustBeAdmissible() throws {
    let some = try preparation("rgb[H, W] fit=shorter(64)", "require H % 32 == 0 and W % 32 == 0")
    #expect(sides(try some.fit(height: 100, width: 150, path: "p")) == [64, 96])
    #expect(refusal(some, 100, 140)?.message.contains("64x89") == true)
  }

  @Test func masksReturnToThePicture() throws {
    let crop = try preparation("rgb[2, 2] fit=crop")
    let fit = try crop.fit(height: 4, width: 8, path: "p")
    let mask = fit.restored(Mask(height: 2, width: 2, labels: [1, 2, 3, 4]))
    #expect(mask.height == 4 && mask.width == 8)
    // The middle four columns were seen; the others take the nearest label.
    #expect(Array(mask.labels[..<8]) == [1, 1, 1, 1, 2, 2, 2, 2])
    #expect(Array(mask.labels[24...]) == [3, 3, 3, 3, 4, 4, 4, 4])
    let exact = try preparation("rgb[H, W]").fit(height: 4, width: 4, path: "p")
    let quarter = Mask(height: 2, width: 2, labels: [1, 2, 3, 4])
    #expect(exact.restored(quarter) == quarter)
    #expect(exact.stretched(quarter).labels == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
  }

  @Test func arrays() throws {
    let some = try preparation("rgb[H, W]", "require H % 2 == 0")
    func tensor(_ dimensions: [Int]) throws -> Tensor {
      try Tensor(zeros: try #require(Shape(dimensions)))
    }
    #expect(try some.tensor(tensor([3, 4, 5]), path: "a").shape.dimensions == [1, 3, 4, 5])
    #expect(try some.tensor(tensor([2, 3, 4, 5]), path: "a").shape.dimensions == [2, 3, 4, 5])
    for wrong in [[4, 4, 5], [3, 3, 5], [3, 4], [5]] {
      #expect(throws: Diagnostic.self) { try some.tensor(tensor(wrong), path: "a") }
    }
  }
}
