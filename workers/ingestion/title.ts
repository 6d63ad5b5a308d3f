/** What a document is called in the index: its title, else its file name made readable. */
export function titleOf(title: string | null, name: string): string {
  if (title !== null && title.trim() !== "") return title.trim();
  const file = name.split("/").at(-1) ?? name;
  return (
    file
      .replace(/\.[a-z0-9]{1,5}$/i, "")
      .replaceAll(/[_-]+/g, " ")
      .trim() || name
  );
}
