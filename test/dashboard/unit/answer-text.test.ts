import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import AnswerText from "../../../dashboard/src/pages/ask/AnswerText.vue";
import { citation } from "./fake-server.ts";

it("makes citations buttons that open by their number", async () => {
  const view = mount(AnswerText, { props: { text: "Twelve days [1]. See [2].", citations: [citation] } });
  const buttons = view.findAll("button");
  expect(buttons.map((button) => button.text())).toEqual(["[1]"]);
  expect(buttons[0]?.attributes("aria-label")).toBe("Citation 1: handbook.md, page 1");
  await buttons[0]?.trigger("click");
  expect(view.emitted("open")).toEqual([[1]]);
  expect(view.text()).toBe("Twelve days [1]. See [2].");
});

it("shows HTML and links in an answer as text", () => {
  const text = '<img src=x onerror="alert(1)"> <a href="javascript:alert(1)">x</a> <script>alert(1)</script>';
  const view = mount(AnswerText, { props: { text, citations: [] } });
  expect(view.element.children).toHaveLength(0);
  expect(view.element.textContent).toBe(text);
});
