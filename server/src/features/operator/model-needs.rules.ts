import { neededModels, type ModelsByLanguage } from '@icana/engine/models';

/** Why the service cannot do without a model, as a sentence that names the setting; null when it can. */
export function needFor(id: string, byLanguage: ModelsByLanguage): string | null {
  const need = neededModels(byLanguage).find((needed) => needed.id === id);
  if (!need) return null;
  const { language } = need;
  if (language === null) return 'Every recording needs it, to find where somebody speaks.';
  if (language in byLanguage) return `LANGUAGE_MODELS names it for the language ${language}.`;
  return `It is the model for the language ${language} where LANGUAGE_MODELS names no other.`;
}
